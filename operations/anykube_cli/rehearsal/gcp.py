"""The Google Cloud of a rehearsal: the account, who acts in it, the plugin, and what stands in for Google's login."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from anykube._clusters.gke.spec import GkeClusterSpec
from anykube._model import text_of
from anykube_rehearsal.cloud.account.client import Client
from anykube_rehearsal.gcp.account import client as account
from anykube_rehearsal.gcp.account.access import deployer
from anykube_rehearsal.gcp.account.tokens import NETWORK, SERVICE, SERVICE_ACCOUNT, SUBNETWORK
from anykube_rehearsal.gcp.plugin.account import VARIABLE

from anykube_cli.preflight.gcp.clients import clients
from anykube_cli.preflight.gcp.planning import plan
from anykube_cli.rehearsal.clouds import ACCOUNT, Environment, RehearsedCloud
from anykube_cli.rehearsal.gcp_session import session
from anykube_cli.rehearsal.programs import end_clusters, plugin, stand_in
from anykube_cli.sweep.gcp import Project
from anykube_cli.toolchain import simulation


def start(folder: Path, spec: GkeClusterSpec, faults: Mapping[str, object]) -> dict[str, str]:
    """Starts the account, and returns the variables by which everybody finds it, acting as an owner of the project.

    `faults` are those of sandbox.gcp.account.model.
    """
    place = folder / ACCOUNT
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    (place / "faults.json").write_text(json.dumps(faults))
    url = account.start(place)
    plugin("gcp", "anykube_rehearsal.gcp.plugin", folder)
    stand_in("gke-gcloud-auth-plugin", folder, "anykube_rehearsal.gcp.cli", str(place))
    project = spec.gke.project
    for token, inputs in _there(spec):
        Client(url).call("there", token=token, inputs=inputs)
    return {
        VARIABLE: url,
        "GOOGLE_PROJECT": project,
        "GOOGLE_CLOUD_PROJECT": project,
        "GOOGLE_REGION": spec.region,
        "ANYKUBE_GOOGLE_CALLER": deployer(project),
    }


def _there(spec: GkeClusterSpec) -> Iterator[tuple[str, dict[str, object]]]:
    """What the page names: it is there in the real project, and made here, so that it can be named."""
    for principal in (*spec.access.admins, *spec.access.viewers):
        kind, _, address = principal.partition(":")
        name, _, domain = address.partition("@")
        if kind == "serviceAccount" and domain == f"{spec.gke.project}.iam.gserviceaccount.com":
            yield SERVICE_ACCOUNT, {"project": spec.gke.project, "accountId": name}
    brought = spec.gke.network
    if brought:
        network, subnetwork = text_of(brought.network).split("/"), text_of(brought.subnetwork).split("/")
        host = network[1] if len(network) > 1 else spec.gke.project
        yield NETWORK, {"project": host, "name": network[-1]}
        ranges = {"": spec.network.cidr, text_of(brought.pods): spec.gke.pods}
        ranges[text_of(brought.services)] = spec.network.services
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


def stop(place: Path) -> None:
    """Ends the account, and the Kubernetes of clusters that are still in it."""
    if place.exists():
        account.stop(place)
        end_clusters(place)


def client(environment: Environment) -> Client:
    """Asks the account."""
    return Client(environment[VARIABLE])


def contents(environment: Environment) -> Iterator[str]:
    """Everything that is there and costs something. An API that is enabled costs nothing."""
    for one in client(environment).all():
        if one["token"] != SERVICE:
            yield f"{one['token'].rpartition(':')[2]} {one['id']}"


def _account_factory(environment: Environment, stack: str, spec: GkeClusterSpec) -> Callable[[], Project]:
    place = Path(environment[simulation.VARIABLE]) / ACCOUNT
    return lambda: Project(plan(stack, spec), clients(session(environment[VARIABLE], place, spec.gke.project)))


CLOUD = RehearsedCloud(
    simulated=(
        "Simulated: Google Cloud, at Pulumi's plugin boundary (an account of rules, judged by Google's own description "
        "of GKE's API); its nodes, which run no container; the token of gke-gcloud-auth-plugin; load balancers."
    ),
    start=start,
    stop=stop,
    contents=contents,
    account_factory=_account_factory,
    client=client,
)
