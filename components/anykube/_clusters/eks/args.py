"""What a program passes to `EksCluster`."""

from typing import Literal

from anykube._clusters.eks.spec import EksClusterSpec
from anykube._kubernetes import Manifest
from anykube._model import Seq


class EksClusterArgs(EksClusterSpec):
    """The args of `EksCluster`: the fields of a settings file, where `cloud` is optional, and the program's own."""

    cloud: Literal["aws"] = "aws"
    gateway_definitions: Seq[Manifest] | None = None
    """CustomResourceDefinitions of the Gateway API, for `gateway_api`. None: those that the toolchain puts at
    .anykube/share/gateway-api.yaml of the project."""
