"""Opens the account of a stack's cloud for a sweep. The modules and the SDKs of other clouds are not imported."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from anykube._clouds.definition import resolve
from anykube._clouds.registry import definitions
from anykube._clusters.managed import ManagedCluster

from anykube_cli.sweep.facts import Facts
from anykube_cli.sweep.memory import Memory
from anykube_cli.sweep.state_facts import state_facts
from anykube_cli.sweep.sweep import Account


def account_factory(
    stack: str, spec: ManagedCluster, deployment: Mapping[str, Any], home: Path
) -> Callable[[], Account]:
    """Returns a function that opens the account that the environment's credentials belong to.

    `deployment`: the stack's state before it is destroyed. `home`: the folder that remembers the facts in it.
    """
    memory = Memory(home, stack)
    facts = memory.load().union(state_facts(deployment))
    if facts != Facts():
        memory.save(facts)
    factory: Callable[[], Account] = resolve(definitions()[spec.cloud].sweep)(stack, spec, facts, memory)
    return factory
