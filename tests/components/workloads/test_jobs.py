from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from anykube._clusters.context import ClusterContext
from anykube._workloads.jobs.manifests import job
from anykube._workloads.jobs.spec import FailureRule, JobSpec

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


def test_renders_an_indexed_job() -> None:
    rules = (
        FailureRule(action="FailIndex", exit_codes=(42, 1)),
        FailureRule(action="Ignore", condition="DisruptionTarget"),
    )
    spec = JobSpec(
        image="a:1", completions=3, indexed=True, retries_per_index=2, max_failed_indexes=1, on_failure=rules
    )
    manifest = rendered("load", "demo", spec)["job"]["spec"]
    assert (
        manifest.items()
        >= {
            "completionMode": "Indexed",
            "completions": 3,
            "backoffLimitPerIndex": 2,
            "maxFailedIndexes": 1,
            "podFailurePolicy": {
                "rules": [
                    {
                        "action": "FailIndex",
                        "onExitCodes": {"containerName": "load", "operator": "In", "values": [1, 42]},
                    },
                    {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
                ]
            },
        }.items()
    )
    assert "backoffLimit" not in manifest


def test_a_changed_ttl_does_not_run_the_job_again() -> None:
    assert name(ttl_seconds=60) == name()
    assert rendered("load", "demo", JobSpec(image="a:1", ttl_seconds=0))["job"]["spec"]["ttlSecondsAfterFinished"] == 0
