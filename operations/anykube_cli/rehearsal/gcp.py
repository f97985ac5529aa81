"""Google Cloud in a rehearsal: the account and its deployer, and the plugin."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from anykube._clusters.access import all_principals
from anykube._clusters.gke.spec import GkeClusterSpec
from anykube._model import text_of
from anykube_rehearsal.cloud.account.client import Client
from anykube_rehearsal.gcp.account import client as account
from anykube_rehearsal.gcp.account.access import deployer
from anykube_rehearsal.gcp.account.oauth import create_key
from anykube_rehearsal.gcp.account.tokens import NETWORK, SERVICE, SERVICE_ACCOUNT, SUBNETWORK
from anykube_rehearsal.gcp.plugin.account import VARIABLE

from anykube_cli.certificates import write_private
from anykube_cli.preflight.gcp.clients import clients
from anykube_cli.preflight.gcp.planning import plan
from anykube_cli.rehearsal.clouds import ACCOUNT, Environment, RehearsedCloud
from anykube_cli.rehearsal.gcp_session import session
from anykube_cli.rehearsal.programs import end_clusters, plugin
from anykube_cli.sweep.facts import Facts
from anykube_cli.sweep.gcp import open_session
from anykube_cli.sweep.gcp_ownership import GcpResource
from anykube_cli.sweep.session import Session
from anykube_cli.toolchain import simulation


def start(folder: Path, spec: GkeClusterSpec, faults: Mapping[str, object]) -> dict[str, str]:
    """Starts the account, and returns the environment variables with which programs use it as the project's owner.

    `faults`: see anykube_rehearsal.gcp.account.model.
    """
    account_folder = folder / ACCOUNT
    account_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (account_folder / "faults.json").write_text(json.dumps(faults))
    url = account.start(account_folder)
    plugin("gcp", "anykube_rehearsal.gcp.plugin", folder)
    project = spec.gke.project
    key = folder / "deployer.json"
    write_private(key, json.dumps(create_key(account_folder, deployer(project), url)))
    for token, inputs in _existing_resources(spec):
        Client(url).call("add-existing", token=token, inputs=inputs)
    return {
        VARIABLE: url,
        "GOOGLE_PROJECT": project,
        "GOOGLE_CLOUD_PROJECT": project,
        "GOOGLE_REGION": spec.region,
        "GOOGLE_APPLICATION_CREDENTIALS": str(key),
    }


def _existing_resources(spec: GkeClusterSpec) -> Iterator[tuple[str, dict[str, object]]]:
    """The resources that the settings refer to. They exist in the real project; a rehearsal creates them."""
    for principal in all_principals(spec.access):
        kind, _, address = principal.partition(":")
        name, _, domain = address.partition("@")
        if kind == "serviceAccount" and domain == f"{spec.gke.project}.iam.gserviceaccount.com":
            yield SERVICE_ACCOUNT, {"project": spec.gke.project, "accountId": name}
    existing = spec.gke.network
    if existing:
        network, subnetwork = text_of(existing.network).split("/"), text_of(existing.subnetwork).split("/")
        host = network[1] if len(network) > 1 else spec.gke.project
        yield NETWORK, {"project": host, "name": network[-1]}
        ranges = {"": spec.network.cidr, text_of(existing.pods): spec.gke.pods}
        ranges[text_of(existing.services)] = spec.network.services
        yield (
            SUBNETWORK,
            {
                "project": host,
                "region": spec.region,
                "name": subnetwork[-1],
                "network": f"projects/{host}/global/networks/{network[-1]}",
                "ipCidrRange": str(ranges.pop("")),
                "secondaryIpRanges": [{"rangeName": name, "ipCidrRange": str(cidr)} for name, cidr in ranges.items()],
            },
        )


def stop(folder: Path) -> None:
    """Stops the account, and the Kubernetes control planes of the clusters that are left in it."""
    if folder.exists():
        account.stop(folder)
        end_clusters(folder)


def client(environment: Environment) -> Client:
    """A client of the account."""
    return Client(environment[VARIABLE])


def contents(environment: Environment) -> Iterator[str]:
    """The resources in the account. Skips enabled APIs, which cost nothing."""
    for resource in client(environment).all():
        if resource["token"] != SERVICE:
            yield f"{resource['token'].rpartition(':')[2]} {resource['id']}"


def _account_factory(
    environment: Environment, stack: str, spec: GkeClusterSpec, facts: Facts
) -> Callable[[], Session[GcpResource]]:
    folder = Path(environment[simulation.VARIABLE]) / ACCOUNT

    def open_account() -> Session[GcpResource]:
        deployer = session(environment[VARIABLE], folder, spec.gke.project)
        return open_session(plan(stack, spec), clients(deployer), facts)

    return open_account


CLOUD = RehearsedCloud(
    simulated=(
        "Simulated: Google Cloud, at the boundary of Pulumi's plugin (an account that follows Google's own description "
        "of the GKE API); the nodes, which run no containers; load balancers."
    ),
    start=start,
    stop=stop,
    contents=contents,
    account_factory=_account_factory,
    client=client,
)
