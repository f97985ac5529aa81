"""What a program passes to `ExistingCluster`."""

from typing import Literal

import pulumi

from anykube._clusters.spec import ExistingClusterSpec


class ExistingClusterArgs(ExistingClusterSpec):
    """The args of `ExistingCluster`: the fields of a settings file, where `cloud` is optional."""

    cloud: Literal["existing"] = "existing"
    kubeconfig: str | pulumi.Output[str] = "~/.kube/config"  # type: ignore[assignment]
    """Path of a kubeconfig file; relative paths start at the project's folder. An output is the content of a kubeconfig
    instead, such as that of a cluster in the same program."""
