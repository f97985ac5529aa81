"""The definition of Azure for the plugin framework."""

from collections.abc import Callable, Mapping
from typing import Any

from anykube_rehearsal.azure.account.functions import FUNCTIONS
from anykube_rehearsal.azure.account.names import ARM_TYPES
from anykube_rehearsal.azure.ids import guid, is_guid, parse
from anykube_rehearsal.azure.plugin.account import SETTINGS, Account
from anykube_rehearsal.azure.plugin.facts import ASSIGNMENT, GROUP, PATHS
from anykube_rehearsal.azure.plugin.sdk import SDK, TABLES
from anykube_rehearsal.cloud.plugin.cloud import Cloud, Labels
from anykube_rehearsal.cloud.plugin.kind import CreateRequest, Inputs
from anykube_rehearsal.cloud.plugin.names import Naming
from anykube_rehearsal.cloud.plugin.sdk import Property, Signature
from anykube_rehearsal.cloud.plugin.stored import StoredKind

_LABELS: Labels[Account] = Labels(input="tags", is_hidden=lambda key: key.startswith("k8s-azure-"))


class _Kind(StoredKind[Account]):
    """A resource type of Azure."""

    def __init__(self, token: str) -> None:
        super().__init__(token, lambda account: account.client, _LABELS, _complete(token))

    def create(self, making: CreateRequest[Account]) -> str:
        """Creates the resource. A role assignment without a name gets a GUID."""
        name = PATHS[self.token][-1]
        if self.token == ASSIGNMENT and not making.inputs.get(name):
            inputs = {**making.inputs, name: guid(making.urn, making.mark)}
            making = CreateRequest(making.account, making.urn, inputs, making.known_ids, making.replacement)
        return super().create(making)


def _complete(token: str) -> Callable[[Account, str, Inputs], Inputs]:
    """Adds the provider's default location to resource groups. The account gives other resources their group's."""

    def complete(account: Account, _: str, inputs: Inputs) -> Inputs:
        location = account.location if token == GROUP else None
        return {**inputs, "location": inputs.get("location") or location} if location else inputs

    return complete


def _answer(token: str) -> Callable[[Account, Mapping[str, Any]], dict[str, Any]]:
    return lambda account, arguments: account.client.call(token, **arguments)


def _plausible(account: Account, signature: Signature, wire: str, prop: Property, identifier: str) -> object:
    if wire == "location":
        return account.location
    if wire == "id" or (prop.required and wire.endswith("Id")):
        module, name = signature.token.split(":")[1:]
        return f"/subscriptions/{account.subscription}/providers/Microsoft.{module}/{name}/{identifier}"
    return None


def _is_id(value: str) -> bool:
    return parse(value) is not None


AZURE: Cloud[Account] = Cloud(
    name="azure-native",
    display_name="Azure",
    sdk=SDK,
    tables=TABLES,
    kinds={token: _Kind(token) for token in ARM_TYPES},
    labels=_LABELS,
    settings=SETTINGS,
    # Eight digits without a hyphen: https://www.pulumi.com/registry/packages/azure-native/how-to-guides/autonaming
    naming=Naming(
        inputs={token: steps[-1] for token, steps in PATHS.items()},
        unnamed_types={ASSIGNMENT},
        before_digits="",
        digits=8,
    ),
    formats={
        "id": (_is_id, "an Azure resource id, such as /subscriptions/…/resourceGroups/name"),
        "uuid": (is_guid, "a GUID"),
    },
    functions={token: _answer(token) for token in FUNCTIONS if token.startswith("azure-native:")},
    default_output=_plausible,
    # All other outputs are unknown in a preview: Update in provider/pkg/provider/provider.go of pulumi-azure-native
    stable_outputs=("name", "location"),
)
