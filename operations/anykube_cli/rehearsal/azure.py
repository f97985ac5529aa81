"""Azure in a rehearsal: the subscription and its deployer, and the plugin."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from anykube._clusters.access import all_principals
from anykube._clusters.aks.custom_roles import CUSTOM_ROLES, custom_role_guid
from anykube._clusters.aks.principals import parse_principal
from anykube._clusters.aks.spec import AksClusterSpec
from anykube_rehearsal.azure.account import identity_endpoint
from anykube_rehearsal.azure.account.directory import DEPLOYER, FILE, Directory, object_id
from anykube_rehearsal.azure.account.effects import DELETED_VAULT
from anykube_rehearsal.azure.plugin.account import VARIABLE
from anykube_rehearsal.cloud.account.client import Client
from anykube_rehearsal.cloud.process import Process

from anykube_cli.preflight.azure.clients import clients
from anykube_cli.preflight.azure.planning import plan
from anykube_cli.rehearsal.azure_fixtures import existing_resources
from anykube_cli.rehearsal.azure_session import session
from anykube_cli.rehearsal.clouds import ACCOUNT, Environment, RehearsedCloud
from anykube_cli.rehearsal.programs import end_clusters, plugin
from anykube_cli.sweep.azure import open_session
from anykube_cli.sweep.azure_ownership import AzureResource
from anykube_cli.sweep.facts import Facts
from anykube_cli.sweep.session import Session
from anykube_cli.toolchain import simulation

_ACCOUNT = Process("anykube_rehearsal.azure.account", "Azure")
_MEMBERS = {"Group": "groups", "User": "users", "ServicePrincipal": "applications"}


def start(folder: Path, spec: AksClusterSpec, faults: Mapping[str, object]) -> dict[str, str]:
    """Starts the account, and returns the environment variables with which programs use it as the deployer.

    `faults`: see anykube_rehearsal.azure.account.faults.
    """
    account = folder / ACCOUNT
    account.mkdir(mode=0o700, parents=True, exist_ok=True)
    (account / "faults.json").write_text(json.dumps(faults))
    (account / FILE).write_text(json.dumps(_directory(spec)))
    url = _ACCOUNT.start(account)
    plugin("azure-native", "anykube_rehearsal.azure.plugin", folder)
    tenant = Directory().tenant
    return {
        VARIABLE: url,
        "ARM_SUBSCRIPTION_ID": spec.aks.subscription,
        "ARM_TENANT_ID": tenant,
        "ARM_CLIENT_ID": DEPLOYER,
        # The deployer is a managed identity.
        "ARM_USE_MSI": "true",
        "IDENTITY_ENDPOINT": f"{url}/{identity_endpoint.HOST}/token",
        "IDENTITY_HEADER": identity_endpoint.header_value(account),
        "AZURE_CLIENT_ID": DEPLOYER,
        "AZURE_TENANT_ID": tenant,
        # The Azure CLI's login of the user would be here.
        "AZURE_CONFIG_DIR": str(folder / "azure"),
    }


def _directory(spec: AksClusterSpec) -> Mapping[str, object]:
    """The tenant's principals and existing resources. Those in the settings exist in the real tenant."""
    directory: dict[str, object] = {"subscription": spec.aks.subscription, "existing": existing_resources(spec)}
    principals = [parse_principal(text) for text in all_principals(spec.access)]
    directory["deployer"] = deployer(spec)
    # It is in each group that deploys.
    groups = [
        principal.object_id for principal in map(parse_principal, spec.access.deployers) if principal.type == "Group"
    ]
    # Somebody has run `anykube roles` in the subscription.
    directory["roles"] = {
        custom_role_guid(spec.aks.subscription, role): [*custom.data_actions] for role, custom in CUSTOM_ROLES.items()
    }
    directory["members"] = {group: [deployer(spec)] for group in groups}
    return directory | {
        members: sorted({member.object_id for member in principals if member.type == kind})
        for kind, members in _MEMBERS.items()
    }


def deployer(spec: AksClusterSpec) -> str:
    """The object ID of the principal that deploys: the first in the settings that is no group, else one of its own."""
    principals = [parse_principal(text) for text in spec.access.deployers]
    ids = [principal.object_id for principal in principals if principal.type != "Group"]
    return next(iter(ids), object_id(DEPLOYER))


def stop(folder: Path) -> None:
    """Stops the account, and the Kubernetes control planes of the clusters that are left in it."""
    if folder.exists():
        _ACCOUNT.stop(folder)
        end_clusters(folder)


def _contents(environment: Environment) -> Iterator[str]:
    """The resources in the account. Skips deleted vaults, which can be restored for some time at no cost."""
    for resource in Client(environment[VARIABLE]).all():
        if resource["token"] != DELETED_VAULT:
            yield f"{resource['token'].rpartition(':')[2]} {resource['id'].rpartition('/')[2]}"


def _account_factory(
    environment: Environment, stack: str, spec: AksClusterSpec, facts: Facts
) -> Callable[[], Session[AzureResource]]:
    account = Path(environment[simulation.VARIABLE]) / ACCOUNT

    def open_account() -> Session[AzureResource]:
        deployer = session(environment[VARIABLE], account)
        return open_session(plan(stack, spec), clients(deployer, spec.aks.subscription, spec.region), facts)

    return open_account


def _settings(environment: Environment) -> Mapping[str, str]:
    return {"anykube:chart-repository": f"{environment[VARIABLE]}/_anykube/charts/"}


CLOUD = RehearsedCloud(
    simulated=(
        "Simulated: Azure, at the boundary of Pulumi's plugin (a process with Azure's rules); the nodes, which run no "
        "containers; Helm charts."
    ),
    start=start,
    stop=stop,
    contents=_contents,
    account_factory=_account_factory,
    settings=_settings,
    client=lambda environment: Client(environment[VARIABLE]),
)
