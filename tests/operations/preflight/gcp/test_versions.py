from dataclasses import replace

import pytest
from anykube_cli.preflight.gcp.versions import version

from tests.operations.preflight.gcp.project import PLAN, Project, channels
from tests.operations.preflight.problem_text import format_problems


@pytest.mark.parametrize("minor", ["1.35", None])
def test_version_offered_by_the_channel(fake_project: Project, minor: str | None) -> None:
    assert not fake_project.run(version, replace(PLAN, version=minor))


def test_version_of_no_channel(fake_project: Project) -> None:
    [problem] = fake_project.run(version, replace(PLAN, version="1.20"))
    assert (problem.severity, problem.subject) == ("error", "version 1.20")
    assert "choose from 1.34, 1.35;" in problem.remedy


def test_version_of_another_channel(fake_project: Project) -> None:
    [problem] = fake_project.run(version, replace(PLAN, version="1.36"))
    assert "GKE's channel REGULAR does not offer this version" in problem.message
    assert "or set the channel to RAPID, which offers it" in problem.remedy


def test_automatic_upgrade_is_a_warning(fake_project: Project) -> None:
    [problem] = fake_project.run(version, replace(PLAN, version="1.34"))
    assert problem.severity == "warning"
    assert "upgrades clusters to 1.35 automatically" in problem.message


def test_compares_versions_as_numbers(fake_project: Project) -> None:
    moved = channels(validVersions=["1.9.1-gke.1", "1.10.1-gke.1"], upgradeTargetVersion="1.10.1-gke.1")
    fake_project.respond("container.projects.locations.getServerConfig", {"channels": moved})
    assert "upgrades clusters to 1.10" in format_problems(fake_project.run(version, replace(PLAN, version="1.9")))
    assert not fake_project.run(version, replace(PLAN, version="1.10"))


def test_no_version_offered(fake_project: Project) -> None:
    fake_project.respond("container.projects.locations.getServerConfig", {})
    assert "choose from none" in format_problems(fake_project.run(version, PLAN))
