"""Runs with the fourth cloud installed: starts its simulated account, checks inputs by its plugin, and stops it."""

import asyncio
import json
import os
import sys
from pathlib import Path

from anykube.settings.loader import load
from anykube_cli.plugin.values import property_values
from anykube_cli.rehearsal.clouds import ACCOUNT, simulated_cloud
from anykube_cli.toolchain import simulation
from anykube_rehearsal.cloud.plugin.provider import Provider
from anykube_toy.rehearsal.plugin import TOY
from pulumi.provider.experimental import provider as pulumi_provider

_URN = "urn:pulumi:toy-dev::anykube::toycloud:index:ToyCluster${token}::{name}"
_CLUSTER = "toy:index/cluster:Cluster"


async def check(inputs: dict[str, object]) -> list[str]:
    """Returns the plugin's errors for the inputs of a cluster."""
    urn = _URN.format(token=_CLUSTER, name="a-cluster")
    request = pulumi_provider.CheckRequest(urn, {}, property_values(inputs), b"")
    response = await Provider(TOY).check(request)
    return [failure.reason for failure in response.failures or ()]


def main(folder: Path) -> None:
    """`folder` contains the settings file of the stack toy-dev. The rehearsal uses a folder beside it."""
    spec, cloud, workspace = load("toy-dev", folder).cluster, simulated_cloud("toy"), folder / "rehearsal"
    workspace.mkdir()
    os.environ[simulation.VARIABLE] = str(workspace)
    os.environ.update(cloud.start(workspace, spec, {}))
    try:
        inputs: dict[str, object] = {
            "name": "a",
            "region": "toy-1",
            "zones": ["toy-1a"],
            "version": "1.35",
            "public": [],
        }
        report = {
            "account": list(cloud.contents(os.environ)),
            "plugin": [file.name for file in (workspace / "pulumi" / "plugins").iterdir()],
            "valid": asyncio.run(check(inputs)),
            "misspelt": asyncio.run(check({**inputs, "zoness": ["toy-1a"]})),
            "stand-in": (workspace / "bin" / "toy-auth").exists(),
        }
    finally:
        cloud.stop(workspace / ACCOUNT)
    json.dump(report, sys.stdout)


main(Path(sys.argv[1]))
