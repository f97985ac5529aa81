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
    manifests = rendered("load", "demo", JobSpec(**{"image": "load:1", **fields}))
    return str(manifests["job"]["metadata"]["name"])


@pytest.mark.parametrize(
    "changed", [{"image": "load:2"}, {"args": ["x"]}, {"env": {"A": "b"}}, {"files": {"/a": "b"}}, {"rerun": "again"}]
)
def test_name_changes_with_the_spec(changed: dict[str, Any]) -> None:
    assert name().startswith("load-")
    assert name() == name()
    assert name(**changed) != name()


def test_timeout_follows_the_deadline() -> None:
    [part] = [
        part
        for part in job("load", "demo", JobSpec(image="a:1", deadline=100), ClusterContext())
        if part.timeout_seconds
    ]
    assert part.timeout_seconds == 160
    assert part.manifest["spec"]["activeDeadlineSeconds"] == 100  # type: ignore[index]


def test_name_depends_on_an_output_image_but_not_on_a_secret(settled: Settled) -> None:
    def job_manifest(image: str, secret: str) -> Any:
        spec = JobSpec(image=pulumi.Output.from_input(image), env={"A": pulumi.Output.secret(secret)})
        [manifest] = [part.manifest for part in job("load", "demo", spec, ClusterContext()) if part.suffix == "job"]
        return manifest

    first = settled(lambda: job_manifest("a:1", "hush"))
    assert settled(lambda: job_manifest("a:2", "hush"))["metadata"]["name"] != first["metadata"]["name"]
    assert settled(lambda: job_manifest("a:1", "other"))["metadata"]["name"] == first["metadata"]["name"]
    assert "annotations" not in first["spec"]["template"]["metadata"]
