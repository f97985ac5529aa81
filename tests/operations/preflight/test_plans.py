from components.clusters.eks.spec import EksClusterSpec
from operations.preflight.aws.planning import plan
from stacks.settings import load


def test_the_plan_of_aws_prod() -> None:
    spec = load("aws-prod").cluster
    assert isinstance(spec, EksClusterSpec)
    found = plan("aws-prod", spec)
    assert (found.cluster, found.stack, found.version, found.gateways) == ("anykube-prod", "aws-prod", "1.35", 3)
    pools = {pool.name: pool for pool in found.pools}
    assert list(pools) == ["system", "servers", "web", "gpu"]
    assert pools["web"].spot
    assert pools["web"].machines[0] == "m7g.large"
    assert pools["gpu"].gpu
    assert pools["servers"].max == 12
