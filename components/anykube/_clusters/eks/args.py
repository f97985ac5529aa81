"""Arguments of `EksCluster`."""

from typing import Literal

from anykube._clusters.eks.spec import EksClusterSpec
from anykube._kubernetes import Manifest
from anykube._model import Seq


class EksClusterArgs(EksClusterSpec):
    """Arguments of `EksCluster`: the fields of the settings, with an optional `cloud`, and those of programs only."""

    cloud: Literal["aws"] = "aws"
    gateway_definitions: Seq[Manifest] | None = None
    """CustomResourceDefinitions of the Gateway API, for `gateway_api`. Default: those that the toolchain installs at
    .anykube/share/gateway-api.yaml in the project."""
