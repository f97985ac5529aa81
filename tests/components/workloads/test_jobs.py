from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from anykube._clusters.context import ClusterContext
from anykube._workloads.jobs.manifests import job
from anykube._workloads.jobs.spec import JobSpec

from tests.components.workloads.rendering import rendered

Settled = Callable[[Callable[[], object]], Any]


def name(**fields: Any) -> str:
    made = rendered("load", "demo", JobSpec(**{"image": "load:1", **fields}))
    return str(made["job"]["metadata"]["name"])


@pytest.mark.parametrize(
    "changed", [{"image": "load:2"}, {"args": ["x"]}, {"env": {"A": "b"}}, {"files": {"/a": "b"}}, {"rerun": "again"}]
)
def test_another_name_for_whatever_it_runs(changed: dict[str, Any]) -> None:
    assert name().startswith("load-")
    assert name() == name()
    assert name(**changed) != name()


def test_nobody_waits_longer_than_its_deadline() -> None:
    [part] = [
        part for part in job("load", "demo", JobSpec(image="a:1", deadline=100), ClusterContext()) if part.patience
    ]
    assert part.patience == 160
    assert part.manifest["spec"]["activeDeadlineSeconds"] == 100  # type: ignore[index]


def test_a_late_image_is_in_the_name_and_a_secret_is_not(settled: Settled) -> None:
    def made(image: str, secret: str) -> Any:
        spec = JobSpec(image=pulumi.Output.from_input(image), env={"A": pulumi.Output.secret(secret)})
        [manifest] = [part.manifest for part in job("load", "demo", spec, ClusterContext()) if part.suffix == "job"]
        return manifest

    first = settled(lambda: made("a:1", "hush"))
    assert settled(lambda: made("a:2", "hush"))["metadata"]["name"] != first["metadata"]["name"]
    assert settled(lambda: made("a:1", "other"))["metadata"]["name"] == first["metadata"]["name"]
    assert "annotations" not in first["spec"]["template"]["metadata"]
