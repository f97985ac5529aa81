"""`ExistingClusterArgs`."""

from typing import Literal

import pulumi

from anykube._clusters.spec import ExistingClusterSpec


class ExistingClusterArgs(ExistingClusterSpec):
    """The args of `ExistingCluster`: the fields of a settings file, with `cloud` optional."""

    cloud: Literal["existing"] = "existing"
    kubeconfig: str | pulumi.Output[str] = "~/.kube/config"  # type: ignore[assignment]
    """Path of a kubeconfig file. Relative paths start at the project's folder. A Pulumi output is the content of a
    kubeconfig instead, such as of a cluster in the same program."""
