"""`EksClusterArgs`."""

from typing import Literal

from anykube._clusters.eks.spec import EksClusterSpec
from anykube._kubernetes import Manifest
from anykube._model import Seq


class EksClusterArgs(EksClusterSpec):
    """The args of `EksCluster`: the fields of a settings file, with `cloud` optional, and `gateway_definitions`."""

    cloud: Literal["aws"] = "aws"
    gateway_definitions: Seq[Manifest] | None = None
    """CustomResourceDefinitions of the Gateway API, for `gateway_api`. None: those in .anykube/share/gateway-api.yaml,
    which the toolchain downloads."""
