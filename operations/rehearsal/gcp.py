"""The Google Cloud of a rehearsal: the account, who acts in it, the plugin, and what stands in for Google's login."""

import json
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib.metadata import version
from pathlib import Path

from components.clusters.managed import ManagedCluster
from operations.rehearsal.clouds import Environment, RehearsedCloud, Say
from sandbox.cloud.account.client import Client
from sandbox.gcp.account import client as account
from sandbox.gcp.account.access import deployer
from sandbox.gcp.account.tokens import SERVICE
from sandbox.gcp.plugin.account import VARIABLE
from sandbox.kubernetes.cluster import all_clusters
from toolchain import home


def start(folder: Path, spec: ManagedCluster, faults: Mapping[str, object]) -> dict[str, str]:
    """Starts the account, and returns the variables by which everybody finds it, acting as an owner of the project.

    `faults` are those of sandbox.gcp.account.model.
    """
    place = folder / "account"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    (place / "faults.json").write_text(json.dumps(faults))
    url = account.start(place)
    python = shlex.quote(sys.executable)
    script = f'#!/bin/sh\numask 077\nexec {python} -P -m sandbox.gcp.plugin "$@"\n'
    home.add_plugin("gcp", version("pulumi-gcp"), script, folder / "pulumi")
    _login(folder, place)
    project = _project(spec)
    return {
        VARIABLE: url,
        "GOOGLE_PROJECT": project,
        "GOOGLE_CLOUD_PROJECT": project,
        "GOOGLE_REGION": spec.region,
        "ANYKUBE_GOOGLE_CALLER": deployer(project),
    }


def stop(place: Path) -> None:
    """Ends the account, and the Kubernetes of clusters that are still in it."""
    if place.exists():
        account.stop(place)
        for cluster in all_clusters(place / "clusters"):
            cluster.delete()


def client(environment: Environment) -> Client:
    """Asks the account."""
    return Client(environment[VARIABLE])


def contents(environment: Environment) -> Iterator[str]:
    """Everything that is there and costs something. An API that is enabled costs nothing."""
    for one in client(environment).all():
        if one["token"] != SERVICE:
            yield f"{one['token'].rpartition(':')[2]} {one['id']}"


def _project(spec: ManagedCluster) -> str:
    """The project that the page names."""
    return str(spec.model_dump()["gke"]["project"])


def _login(folder: Path, place: Path) -> None:
    program = folder / "bin" / "gke-gcloud-auth-plugin"
    program.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    words = shlex.join([sys.executable, "-P", "-m", "sandbox.gcp.cli", str(place)])
    program.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
    program.chmod(0o700)


def _sweeping(environment: Environment, spec: ManagedCluster, say: Say) -> AbstractContextManager[None]:
    del environment, spec, say
    return nullcontext()


CLOUD = RehearsedCloud(
    simulated=(
        "Simulated: Google Cloud, at Pulumi's plugin boundary (an account of rules, judged by Google's own description "
        "of GKE's API); its nodes, which run no container; the token of gke-gcloud-auth-plugin; load balancers."
    ),
    start=start,
    stop=stop,
    contents=contents,
    sweeping=_sweeping,
)
