"""The operations of the EKS API that the account supports, by their name in the service model."""

import re
from collections.abc import Callable, Mapping

from anykube_rehearsal.aws.account.eks import (
    access_entries,
    addons,
    catalogue,
    cluster_updates,
    clusters,
    node_group_updates,
    node_groups,
    pod_identity,
    tags,
    updates,
    versions,
)
from anykube_rehearsal.aws.account.eks.state import Call
from anykube_rehearsal.aws.account.response_shapes import Json

Operation = Callable[[Call], Json]

_FUNCTIONS: tuple[Operation, ...] = (
    access_entries.associate_access_policy,
    access_entries.create_access_entry,
    access_entries.delete_access_entry,
    access_entries.describe_access_entry,
    access_entries.disassociate_access_policy,
    access_entries.list_access_entries,
    access_entries.list_access_policies,
    access_entries.list_associated_access_policies,
    access_entries.update_access_entry,
    addons.create_addon,
    addons.delete_addon,
    addons.describe_addon,
    addons.list_addons,
    addons.update_addon,
    catalogue.describe_addon_versions,
    cluster_updates.update_cluster_config,
    cluster_updates.update_cluster_version,
    clusters.create_cluster,
    clusters.delete_cluster,
    clusters.describe_cluster,
    clusters.list_clusters,
    node_group_updates.update_nodegroup_config,
    node_group_updates.update_nodegroup_version,
    node_groups.create_nodegroup,
    node_groups.delete_nodegroup,
    node_groups.describe_nodegroup,
    node_groups.list_nodegroups,
    pod_identity.create_pod_identity_association,
    pod_identity.delete_pod_identity_association,
    pod_identity.describe_pod_identity_association,
    pod_identity.list_pod_identity_associations,
    pod_identity.update_pod_identity_association,
    tags.list_tags_for_resource,
    tags.tag_resource,
    tags.untag_resource,
    updates.describe_update,
    updates.list_updates,
    versions.describe_cluster_versions,
)

OPERATIONS: Mapping[str, Operation] = {
    re.sub(r"(?:^|_)([a-z])", lambda match: match[1].upper(), function.__name__): function for function in _FUNCTIONS
}
"""For example, CreateCluster is `create_cluster`."""
