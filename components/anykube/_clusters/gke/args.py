"""`GkeClusterArgs`."""

from typing import Literal

from anykube._clusters.gke.spec import GkeClusterSpec


class GkeClusterArgs(GkeClusterSpec):
    """The args of `GkeCluster`: the fields of a settings file, with `cloud` optional."""

    cloud: Literal["gcp"] = "gcp"
