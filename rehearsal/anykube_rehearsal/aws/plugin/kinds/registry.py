"""All simulated AWS types by token."""

from collections.abc import Mapping

from anykube_rehearsal.aws.plugin.kinds import (
    eks_access,
    eks_cluster,
    eks_nodes,
    gateways,
    iam,
    iam_policies,
    kms,
    launch_templates,
    logs,
    network,
    routes,
    security,
)
from anykube_rehearsal.aws.plugin.kinds.kind import Kind

_MODULES = (
    network,
    gateways,
    routes,
    security,
    launch_templates,
    iam,
    iam_policies,
    kms,
    logs,
    eks_cluster,
    eks_nodes,
    eks_access,
)
KINDS: Mapping[str, Kind] = {kind.token: kind for module in _MODULES for kind in module.KINDS}
