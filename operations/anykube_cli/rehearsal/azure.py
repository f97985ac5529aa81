"""The Azure of a rehearsal: the subscription, who acts in it, the plugin, and what stands in for kubelogin."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from anykube._clusters.aks.principals import parse_principal
from anykube._clusters.aks.spec import AksClusterSpec
from anykube_rehearsal.azure.account.directory import DEPLOYER, FILE, Directory
from anykube_rehearsal.azure.account.effects import DELETED_VAULT
from anykube_rehearsal.azure.plugin.account import VARIABLE
from anykube_rehearsal.cloud.account.client import Client
from anykube_rehearsal.cloud.process import Process

from anykube_cli.preflight.azure.clients import clients
from anykube_cli.preflight.azure.planning import plan
from anykube_cli.rehearsal.azure_fixtures import existing_resources
from anykube_cli.rehearsal.azure_session import session
from anykube_cli.rehearsal.clouds import ACCOUNT, Environment, RehearsedCloud
from anykube_cli.rehearsal.programs import end_clusters, plugin, stand_in
from anykube_cli.sweep.azure import Subscription
from anykube_cli.toolchain import simulation

_ACCOUNT = Process("anykube_rehearsal.azure.account", "Azure")
_MEMBERS = {"Group": "groups", "User": "users", "ServicePrincipal": "applications"}


def start(folder: Path, spec: AksClusterSpec, faults: Mapping[str, object]) -> dict[str, str]:
    """Starts the account, and returns the variables by which everybody finds it, acting as a deployer.

    `faults` are those of sandbox.azure.account.faults.
    """
    place = folder / ACCOUNT
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    (place / "faults.json").write_text(json.dumps(faults))
    (place / FILE).write_text(json.dumps(_directory(spec)))
    url = _ACCOUNT.start(place)
    plugin("azure-native", "anykube_rehearsal.azure.plugin", folder)
    stand_in("kubelogin", folder, "anykube_rehearsal.azure.cli", str(place))
    tenant = Directory().tenant
    return {
        VARIABLE: url,
        "ARM_SUBSCRIPTION_ID": spec.aks.subscription,
        "ARM_TENANT_ID": tenant,
        "ARM_CLIENT_ID": DEPLOYER,
        "AZURE_CLIENT_ID": DEPLOYER,
        "AZURE_TENANT_ID": tenant,
        # Where the Azure CLI would have what a person logged in as.
        "AZURE_CONFIG_DIR": str(folder / "azure"),
    }


def _directory(spec: AksClusterSpec) -> Mapping[str, object]:
    """Those that the page names are there in the real tenant; here they are told of, so that it can name them."""
    told: dict[str, object] = {"subscription": spec.aks.subscription, "there": existing_resources(spec)}
    named = [parse_principal(text) for text in (*spec.access.admins, *spec.access.viewers)]
    return told | {
        members: sorted({one.object_id for one in named if one.type == kind}) for kind, members in _MEMBERS.items()
    }


def stop(place: Path) -> None:
    """Ends the account, and the Kubernetes of clusters that are still in it."""
    if place.exists():
        _ACCOUNT.stop(place)
        end_clusters(place)


def _contents(environment: Environment) -> Iterator[str]:
    """A vault that was deleted can be had back for a while, and costs nothing meanwhile."""
    for one in Client(environment[VARIABLE]).all():
        if one["token"] != DELETED_VAULT:
            yield f"{one['token'].rpartition(':')[2]} {one['id'].rpartition('/')[2]}"


def _account_factory(environment: Environment, stack: str, spec: AksClusterSpec) -> Callable[[], Subscription]:
    place = Path(environment[simulation.VARIABLE]) / ACCOUNT

    def enter() -> Subscription:
        entered = session(environment[VARIABLE], place)
        return Subscription(plan(stack, spec), clients(entered, spec.aks.subscription, spec.region))

    return enter


def _settings(environment: Environment) -> Mapping[str, str]:
    return {"anykube:chart-repository": f"{environment[VARIABLE]}/_anykube/charts/"}


CLOUD = RehearsedCloud(
    simulated=(
        "Simulated: Azure, at Pulumi's plugin boundary (a subscription in a process of its own, with Azure's rules); "
        "its nodes, which run no container; kubelogin's token; Helm charts by stand-ins."
    ),
    start=start,
    stop=stop,
    contents=_contents,
    account_factory=_account_factory,
    settings=_settings,
    client=lambda environment: Client(environment[VARIABLE]),
)
