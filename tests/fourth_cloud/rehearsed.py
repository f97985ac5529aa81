"""Runs where the fourth cloud is installed: starts its simulated account, makes a cluster in it by the plugin's frame,
and ends it."""

import asyncio
import json
import os
import sys
from pathlib import Path

from anykube.settings.loader import load
from anykube_cli.plugin.values import property_map
from anykube_cli.rehearsal.clouds import ACCOUNT, rehearsed
from anykube_cli.toolchain import simulation
from anykube_rehearsal.cloud.plugin.provider import Provider
from anykube_toy.rehearsal.plugin import TOY
from pulumi.provider.experimental import provider as pulumi_provider

_URN = "urn:pulumi:toy-dev::anykube::toycloud:index:ToyCluster${token}::{name}"
_CLUSTER = "toy:index/cluster:Cluster"


async def judged(inputs: dict[str, object]) -> list[str]:
    """What the plugin says of a cluster with such inputs."""
    urn = _URN.format(token=_CLUSTER, name="a-cluster")
    request = pulumi_provider.CheckRequest(urn, {}, property_map(inputs), b"")
    answer = await Provider(TOY).check(request)
    return [failure.reason for failure in answer.failures or ()]


def main(folder: Path) -> None:
    """`folder` has the settings file of the stack toy-dev; the rehearsal is beside it."""
    spec, cloud, place = load("toy-dev", folder).cluster, rehearsed("toy"), folder / "rehearsal"
    place.mkdir()
    os.environ[simulation.VARIABLE] = str(place)
    os.environ.update(cloud.start(place, spec, {}))
    try:
        inputs: dict[str, object] = {
            "name": "a",
            "region": "toy-1",
            "zones": ["toy-1a"],
            "version": "1.35",
            "public": [],
        }
        found = {
            "account": list(cloud.contents(os.environ)),
            "plugin": [file.name for file in (place / "pulumi" / "plugins").iterdir()],
            "right": asyncio.run(judged(inputs)),
            "misspelt": asyncio.run(judged({**inputs, "zoness": ["toy-1a"]})),
            "stand-in": (place / "bin" / "toy-auth").exists(),
        }
    finally:
        cloud.stop(place / ACCOUNT)
    json.dump(found, sys.stdout)


main(Path(sys.argv[1]))
