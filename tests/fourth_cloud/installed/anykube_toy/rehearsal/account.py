"""`python -m anykube_toy.rehearsal.account FOLDER`: runs the simulated account."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from anykube_cli.kubernetes.nodes import Node
from anykube_rehearsal.cloud.account.account import Account
from anykube_rehearsal.cloud.account.model import (
    Behavior,
    Change,
    Faults,
    Json,
    Operation,
    Record,
    Reference,
    ResourceType,
    Rule,
)
from anykube_rehearsal.cloud.account.server import Server
from anykube_rehearsal.cloud.kubernetes import ADMINS, node_digest
from anykube_rehearsal.cloud.process import Process, serve
from anykube_rehearsal.cloud.token import Signer

CLUSTER, POOL = "toy:index/cluster:Cluster", "toy:index/nodePool:NodePool"
DEPLOYER = "toy:deployer"
SIGNER = Signer("toy-")
AUDIENCE = "toy"
DOCUMENT = "https://toy.example/docs"
PROCESS = Process("anykube_toy.rehearsal.account", "Toy")
_SIZES = {"t1.small": (2, "8Gi"), "t1.large": (8, "32Gi")}


class ClusterLife(Behavior):
    """The lifecycle of a cluster, with a real Kubernetes API."""

    def on_create(self, account: Account, record: Record) -> Json:
        plane = account.clusters.create(record.id, str(record.inputs["version"]))
        return {"endpoint": plane.endpoint, "authority": plane.certificate_authority}

    def on_update(self, account: Account, old: Record, new: Record) -> Json:
        account.clusters.upgrade(new.id, str(new.inputs["version"]))
        return {}

    def on_delete(self, account: Account, record: Record) -> None:
        account.clusters.delete(record.id)


class PoolLife(Behavior):
    """The lifecycle of a node pool."""

    def on_create(self, account: Account, record: Record) -> Json:
        account.clusters.set_nodes(str(record.inputs["cluster"]), str(record.inputs["name"]), nodes(record))
        return {"group": record.id}

    def on_update(self, account: Account, old: Record, new: Record) -> Json:
        return self.on_create(account, new)

    def on_delete(self, account: Account, record: Record) -> None:
        account.clusters.drain(str(record.inputs["cluster"]), str(record.inputs["name"]))


def nodes(pool: Record) -> list[Node]:
    """The nodes of a pool, spread over its zones."""
    inputs = pool.inputs
    cpu, memory = _SIZES[str(inputs["machine"])]
    suffix = node_digest(pool.id, inputs["machine"], inputs["version"])
    zones = list(inputs["zones"])
    return [
        Node(
            name=f"toy-{inputs['name']}-{suffix}-{index}",
            group=str(inputs["name"]),
            version=str(inputs["version"]),
            cpu=cpu,
            memory=memory,
            arch="amd64",
            region=str(zones[0])[:-1],
            zone=str(zones[index % len(zones)]),
            labels=dict(inputs["labels"]),
            taints=list(inputs["taints"]),
        )
        for index in range(int(inputs["size"]))
    ]


def _downgraded(account: Account, change: Change) -> list[str]:
    del account
    return ["version: is lower than before"] if str(change.new["version"]) < str(change.old["version"]) else []


def review(account: Account, cluster: str, token: object) -> tuple[str | None, Sequence[str] | None]:
    """Only the deployer has access, with all permissions."""
    del cluster
    return (DEPLOYER, [ADMINS]) if SIGNER.principal(account.folder, AUDIENCE, token) == DEPLOYER else (None, None)


TYPES = (
    ResourceType(CLUSTER, "cluster", lambda inputs: str(inputs["name"]), behavior=ClusterLife()),
    ResourceType(
        POOL,
        "node pool",
        lambda inputs: f"{inputs['cluster']}/{inputs['name']}",
        references=(Reference("cluster", CLUSTER, DOCUMENT, deleted_with_target=True),),
        behavior=PoolLife(),
    ),
)
_UPDATE: Sequence[Operation] = ("update",)
RULES = (Rule((CLUSTER,), _UPDATE, DOCUMENT, lambda account, change: iter(_downgraded(account, change))),)


def create_account(folder: Path) -> Account:
    """The account in a folder, with the faults in its faults.json."""
    faults = Faults.model_validate(json.loads((folder / "faults.json").read_text("utf-8")))
    return Account(folder, TYPES, RULES, review, {}, faults)


if __name__ == "__main__":
    os.umask(0o077)
    folder = Path(sys.argv[1]).resolve()
    serve(folder, Server(create_account(folder)))
