"""Arguments of `ExistingCluster`."""

from typing import Literal

import pulumi

from anykube._clusters.spec import ExistingClusterSpec


class ExistingClusterArgs(ExistingClusterSpec):
    """Arguments of `ExistingCluster`: the fields of the settings, with an optional `cloud`."""

    cloud: Literal["existing"] = "existing"
    kubeconfig: str | pulumi.Output[str] = "~/.kube/config"  # type: ignore[assignment]
    """Path of a kubeconfig file. A relative path starts at the project's folder. An output is the content of a
    kubeconfig instead, such as that of a cluster in the same program."""
