"""The facts about a cluster in recorded states."""

import json
from pathlib import Path
from typing import Any

import pytest
from anykube_cli.sweep.facts import Facts
from anykube_cli.sweep.state_facts import state_facts

_GOLDEN = Path(__file__).parents[2] / "golden"


def _deployment(stack: str) -> Any:
    return json.loads((_GOLDEN / f"{stack}.json").read_text())["deployment"]


def test_facts_of_eks() -> None:
    facts = state_facts(_deployment("aws-prod"))
    assert facts.networks == {"vpc-a97db2ebcaf722a9c"}
    assert facts.clusters == {"anykube-prod", "arn:aws:eks:eu-west-1:123456789012:cluster/anykube-prod"}
    assert "subnet-369be6038baaafb9e" in facts.used_networks
    assert all(group.startswith("sg-") for group in facts.groups)


def test_facts_of_gke() -> None:
    facts = state_facts(_deployment("gcp-prod"))
    assert facts.networks == {"projects/my-project/global/networks/anykube-prod-network-6b865b5"}
    assert facts.networks <= facts.used_networks
    assert "projects/my-project/regions/europe-west1/subnetworks/anykube-prod-nodes-e359831" in facts.used_networks


def test_facts_of_aks() -> None:
    facts = state_facts(_deployment("azure-prod"))
    group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/anykube-prod/providers"
    assert facts.networks == {f"{group}/microsoft.network/virtualnetworks/anykube-prod"}
    assert facts.clusters == {f"{group}/microsoft.containerservice/managedclusters/anykube-prod"}


@pytest.mark.parametrize("stack", ["aws-prod", "gcp-prod", "azure-prod"])
def test_knows_everything_that_pulumi_deletes(stack: str) -> None:
    facts = state_facts(_deployment(stack))
    assert len(facts.managed) > 15
    assert facts.networks <= facts.managed


def test_ignores_what_the_stack_only_reads() -> None:
    vpc = {"custom": True, "external": True, "type": "aws:ec2/vpc:Vpc", "id": "vpc-1", "outputs": {}}
    assert state_facts({"resources": [vpc]}) == Facts()
