"""Sections of a cloud in node pools and identities."""

import pytest
from anykube._clouds.registry import definitions
from anykube._clusters.eks.sections import AwsIdentity, EksNodePool, EksPool, section
from anykube._clusters.eks.spec import EksClusterSpec
from anykube._clusters.gke.sections import GkeNodePool
from anykube._clusters.spec import NodePool
from anykube._workloads.identity import CloudIdentity
from pydantic import ValidationError


def _spec(pool: NodePool) -> EksClusterSpec:
    return EksClusterSpec(
        cloud="aws", name="a", region="eu-west-1", zones=("eu-west-1a", "eu-west-1b"), pools={"web": pool}
    )


def test_converts_a_plain_pool_without_loss() -> None:
    plain = NodePool(min=1, max=3, labels={"a": "b"})
    pool = _spec(plain).pools["web"]
    assert isinstance(pool, EksNodePool)
    assert pool.model_dump(exclude={"eks"}) == plain.model_dump()
    assert pool.model_fields_set == plain.model_fields_set
    assert section(pool) == EksPool()


def test_keeps_the_section_of_a_pool() -> None:
    pool = _spec(EksNodePool(count=1, eks=EksPool(image="Bottlerocket"))).pools["web"]
    assert section(pool).image == "Bottlerocket"


def test_rejects_a_pool_of_another_cloud() -> None:
    with pytest.raises(ValidationError):
        _spec(GkeNodePool(count=1))


def test_identity_has_a_section_for_each_installed_cloud() -> None:
    assert list(CloudIdentity.model_fields) == [name for name, cloud in definitions().items() if cloud.identity]
    assert CloudIdentity(aws=AwsIdentity(policies=("arn:x",))).aws == AwsIdentity(policies=("arn:x",))
