"""The definition of Google Cloud for the plugin framework."""

from collections.abc import Mapping
from typing import Any

from typing_extensions import override

from anykube_rehearsal.cloud.plugin.cloud import Cloud, Labels, Values
from anykube_rehearsal.cloud.plugin.names import Naming
from anykube_rehearsal.cloud.plugin.sdk import Property, Signature
from anykube_rehearsal.cloud.plugin.stored import StoredKind
from anykube_rehearsal.gcp.account.tokens import CLUSTER, NODE_POOL, SERVICE, SERVICE_ACCOUNT
from anykube_rehearsal.gcp.plugin.account import Account
from anykube_rehearsal.gcp.plugin.configuration import SETTINGS
from anykube_rehearsal.gcp.plugin.invokes import ANSWERS
from anykube_rehearsal.gcp.plugin.sdk import SDK, TABLES

LABELS: Labels[Account] = Labels(
    input="labels",
    input_by_type={CLUSTER: "resourceLabels"},
    all_output="effectiveLabels",
    default=lambda account: account.default_labels,
)
_VOLATILE = {CLUSTER: frozenset({"masterVersion", "nodeVersion"}), NODE_POOL: frozenset({"version", "nodeCount"})}
"""Outputs that an update may change."""


def _with_defaults(account: Account, token: str, inputs: Values) -> Values:
    return account.with_defaults(SDK.resource(token).inputs, inputs)


class _Kind(StoredKind[Account]):
    """A resource type of Google Cloud. With `deletionPolicy` ABANDON, deletion leaves the resource in the account."""

    def __init__(self, token: str) -> None:
        volatile = _VOLATILE.get(token, frozenset())
        super().__init__(token, lambda account: account.client, LABELS, _with_defaults, volatile)

    @override
    def delete(self, account: Account, identifier: str, state: Mapping[str, Any]) -> None:
        """Deletes the resource, unless its `deletionPolicy` or `disableOnDestroy` says to leave it."""
        abandoned = state.get("deletionPolicy") == "ABANDON"
        if not abandoned and not (self.token == SERVICE and state.get("disableOnDestroy") is False):
            super().delete(account, identifier, state)


def _plausible(account: Account, signature: Signature, wire: str, prop: Property, identifier: str) -> object:
    del identifier, prop
    if wire == "project":
        return account.project
    if wire in ("region", "zone") and getattr(account, wire):
        return getattr(account, wire)
    if wire == "effectiveLabels" and wire in signature.outputs:
        return dict(account.default_labels)
    return None


GCP: Cloud[Account] = Cloud(
    name="gcp",
    display_name="Google Cloud",
    sdk=SDK,
    tables=TABLES,
    kinds={token: _Kind(token) for token in TABLES.types()},
    labels=LABELS,
    settings=SETTINGS,
    naming=Naming(inputs={SERVICE_ACCOUNT: "accountId"}),
    functions=ANSWERS,
    default_output=_plausible,
)
