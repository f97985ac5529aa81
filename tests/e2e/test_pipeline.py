"""The pipeline, whole: the commands that jobs run, on a scratch repository, a simulated account and a forge.

The tests are the days of one repository: each goes on from the one before.
"""

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import psutil
import pytest
from anykube.settings.env_secrets import variable
from anykube_cli.ci.redact import HIDDEN

from tests.e2e import vault
from tests.e2e.forge import Forge
from tests.e2e.project import Project

_REQUEST = 7
_COMMENT, _DRIFT = ".anykube/comment.md", ".anykube/drift.md"


def _page(name: str, profile: str, **cluster: Any) -> dict[str, Any]:
    return {"extends": "shop", "cluster": {"name": name, **cluster}, "policies": {"profile": profile}}


_SHOP: dict[str, Any] = {
    "cluster": {
        "cloud": "gcp",
        "mode": "managed",
        "region": "europe-west1",
        "zones": ["europe-west1-b", "europe-west1-c", "europe-west1-d"],
        "protect": False,
        "gke": {"project": "my-project"},
    },
    "namespace": "shop",
    "apps": {
        "web": {
            "image": "registry.example/web:1.0.0",
            "replicas": 2,
            "routes": [{"host": "www.example.com", "tls": {"issuer": "cluster"}}],
        }
    },
}
_PAGES: dict[str, Any] = {
    "base/shop": _SHOP,
    "dev": _page("shop-dev", "development"),
    "staging": _page("shop-staging", "development"),
    "prod": _page("shop-prod", "production", protect=True),
    "dev-vault": vault.PAGE,
}
_GIVEN = {variable(vault.GIVEN): vault.SECRETS[vault.GIVEN]}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    made = Project(tmp_path_factory.mktemp("pipeline") / "shop", _PAGES)
    try:
        # As the owner of the repository does once.
        made.pulumi("stack", "init", "dev-vault", "--no-select", "--secrets-provider", "passphrase")
        for name, value in vault.SECRETS.items():
            if name != vault.GIVEN:
                made.secret("dev-vault", name, value)
        yield made
    finally:
        made.remove()


@pytest.fixture(scope="module")
def forge() -> Iterator[Forge]:
    with Forge() as made:
        yield made


def _merge(project: Project, environment: str) -> None:
    """What the jobs of an environment do, each when the one before is well."""
    for one in json.loads(project.ci("order", "--environment", environment, "--json").out):
        project.ci("deploy", "--stack", one["stack"], variables=_GIVEN)


def test_stacks_are_promoted_in_order(project: Project) -> None:
    found = json.loads(project.ci("order", "--json").out)
    assert [(one["stack"], one["cloud"], one["environment"], one["on"]) for one in found] == [
        ("dev", "gcp", "dev", None),
        ("dev-vault", "gcp", "dev", "dev"),
        ("staging", "gcp", "staging", None),
        ("prod", "gcp", "prod", None),
    ]


def test_a_merge_reaches_dev_first(project: Project) -> None:
    _merge(project, "dev")
    assert project.clusters() == {"shop-dev"}


def test_a_run_that_was_cancelled_is_recovered(project: Project) -> None:
    """A forge ends a job by a signal, and kills what is left."""
    job = project.start("deploy", "--stack", "staging")
    try:
        _wait(lambda: "shop-staging" in project.clusters(), job)
    finally:
        job.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        for process in [*psutil.Process(job.pid).children(recursive=True), psutil.Process(job.pid)]:
            process.kill()
    assert "Pulumi finishes the operations in progress" in project.said_by(job)
    _merge(project, "staging")
    assert project.clusters() == {"shop-dev", "shop-staging"}
    assert not project.pending("staging")


def test_prod_is_not_touched_before_somebody_approves(project: Project) -> None:
    assert not project.exists("prod")
    _merge(project, "prod")
    assert project.clusters() == {"shop-dev", "shop-staging", "shop-prod"}


def test_a_pull_request_has_one_comment_that_says_what_would_happen(project: Project, forge: Forge) -> None:
    forge.written(_REQUEST, "<!-- anykube: pull request -->\nnot by the job")
    project.git("branch", "main-before")
    page, job = deepcopy(_SHOP), forge.job(_REQUEST)
    for image in ("1.1.0", "1.2.0"):
        page["apps"]["web"]["image"] = f"registry.example/web:{image}"
        project.write("base/shop", page)
        changed = project.ci("changed", "--base", "main-before").out.split()
        # The vault has no app of that page, and nothing of its cluster is changed.
        assert changed == ["dev", "prod", "staging"]
        project.ci("pull-request", "--base", "main-before", "--stack", "dev", "--out", _COMMENT, variables=job)
        project.ci("comment", "--file", _COMMENT, variables=job)
        _, comment = forge.comments[_REQUEST]
        assert f'"registry.example/web:1.0.0" → "registry.example/web:{image}"' in comment["body"]
        assert "spec.template.spec.containers[0].image" in comment["body"]
        assert "| <code>dev</code> | ✅ |" in comment["body"]
        assert "Previewed on the real state." in comment["body"]
    assert [one.partition(" ")[0] for one in forge.asked if "GET" not in one] == ["POST", "PATCH"]
    project.write("base/shop", _SHOP)


def test_a_change_that_prod_would_be_stopped_for_is_told_by_its_field(project: Project) -> None:
    before = deepcopy(_PAGES["prod"])
    zones = [f"europe-west4-{zone}" for zone in "abc"]
    project.write("prod", {**before, "cluster": {**before["cluster"], "region": "europe-west4", "zones": zones}})
    said = project.ci("pull-request", "--base", "main-before", "--out", _COMMENT, code=1)
    stopped = project.ci("deploy", "--stack", "prod", code=1)
    project.write("prod", before)
    assert "Nothing was changed" in stopped.err
    assert "shop-prod" in project.clusters()
    assert "prod: would be stopped" in said.out
    assert "shop-prod-cluster (cluster) would be replaced because of location" in said.out
    assert r"\(cluster\) would be replaced because of location" in (project.folder / _COMMENT).read_text()


def test_drift_is_found_in_the_cloud_and_in_the_cluster_and_left_alone(project: Project, forge: Forge) -> None:
    [nodes] = [one for one in project.account.all() if one["id"].rpartition("/")[2].startswith("shop-dev-nodes-")]
    project.account.update(nodes["token"], nodes["id"], {**nodes["inputs"], "privateIpGoogleAccess": False})
    project.kubectl("dev", "-n", "shop", "scale", "deployment", "web", "--replicas", "1")
    for _ in range(2):
        project.ci("drift", "--stack", "dev", "--out", _DRIFT, code=3)
        project.ci("issue", "--file", _DRIFT, variables=forge.job())
    [issue] = forge.issues
    assert issue["state"] == "open"
    for words in ("privateIpGoogleAccess: true → false", "spec.replicas: 2 → 1", "web-deployment", "shop-dev-nodes"):
        assert words in issue["body"]
    project.account.update(nodes["token"], nodes["id"], nodes["inputs"])
    project.kubectl("dev", "-n", "shop", "scale", "deployment", "web", "--replicas", "2")
    project.ci("drift", "--stack", "dev", "--out", _DRIFT)
    project.ci("issue", "--file", _DRIFT, variables=forge.job())
    assert [one["state"] for one in forge.issues] == ["closed"]


def test_a_review_stack_is_born_and_ends_with_its_request_and_by_age(project: Project) -> None:
    for number in (_REQUEST, 8):
        project.ci("review", "up", "--number", str(number), "--on", "dev")
    ingress = json.loads(project.kubectl("dev", "-n", "pr-7", "get", "ingress", "web", "-o", "json").out)
    assert [rule["host"] for rule in ingress["spec"]["rules"]] == ["pr-7-www.example.com"]
    # Another job ends it, in another checkout: of the first one nothing is left but the state.
    for config in (project.place / "project").glob("Pulumi.dev-pr-*.yaml"):
        config.unlink()
    project.ci("review", "down", "--number", str(_REQUEST), "--on", "dev")
    project.ci("review", "sweep", "--older", "1")
    assert _namespaces(project) == {"pr-8"}
    project.ci("review", "sweep", "--older", "0")
    assert _namespaces(project) == set()
    assert not project.exists("dev-pr-7")
    assert not project.exists("dev-pr-8")
    assert project.checkout.status == ""


def test_of_fifteen_secrets_none_is_seen_anywhere(project: Project, forge: Forge) -> None:
    """In a comment, a report, a log, the settings, a crash that says them, or a file, state among them."""
    assert len(vault.SECRETS) == 15
    page = deepcopy(vault.PAGE)
    page["apps"]["keeper"]["image"] = "registry.example/keeper:1.1.0"
    project.write("dev-vault", page)
    there = _GIVEN | forge.job(_REQUEST)
    project.ci("pull-request", "--base", "main-before", "--out", _COMMENT, variables=there)
    project.ci("comment", "--file", _COMMENT, variables=there)
    patch = json.dumps({"data": {"ENV_PLAIN": "b3RoZXI="}})
    project.kubectl("dev", "-n", "vault", "patch", "secret", "keeper-env", "--patch", patch)
    project.ci("drift", "--stack", "dev-vault", "--out", _DRIFT, variables=there, code=3)
    assert "data.ENV_PLAIN" in (project.folder / _DRIFT).read_text()
    project.ci("review", "up", "--number", "9", "--on", "dev-vault", variables=there)
    project.ci("review", "down", "--number", "9", "--on", "dev-vault", variables=there)
    project.settings("dev-vault")
    crash = _crashed(project)
    assert HIDDEN in crash
    said = "".join([*project.outputs, *(one["body"] for one in forge.comments[_REQUEST])]).encode()
    wanted = {form: name for name, value in vault.SECRETS.items() for form in vault.forms(value)}
    # What is looked for is to be found where it has to be.
    secret = project.kubectl("dev", "-n", "vault", "get", "secret", "keeper-env", "keeper-pull", "-o", "json").out
    assert sum(form in secret.encode() for form in wanted) > 5
    assert {name for form, name in wanted.items() if form in said} == set()
    found = {}
    for file in vault.files(project.folder):
        content = file.read_bytes()
        if seen := {name for form, name in wanted.items() if form in content}:
            found[str(file.relative_to(project.folder))] = seen
    # The test itself is a part of the checkout, and shows that they would be found.
    assert list(found) == ["tests/e2e/vault.py"]


def _crashed(project: Project) -> str:
    """What a job says whose program ends in the middle of what it does with passwords, and says them."""
    file = project.folder / "components" / "anykube" / "_workloads" / "pods" / "secrets.py"
    before = file.read_text()
    line = "        auths = {\n"
    assert before.count(line) == 1
    file.write_text(before.replace(line, f"        raise ValueError(passwords, str(passwords).encode().hex())\n{line}"))
    try:
        said = project.ci("deploy", "--stack", "dev-vault", variables=_GIVEN, code=1)
    finally:
        file.write_text(before)
    assert "ValueError" in said.all
    return said.all


def _namespaces(project: Project) -> set[str]:
    found = json.loads(project.kubectl("dev", "get", "namespaces", "-o", "json").out)["items"]
    return {one["metadata"]["name"] for one in found if one["metadata"]["name"].startswith("pr-")}


def _wait(condition: Callable[[], bool], job: subprocess.Popen[str], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert job.poll() is None, "it is over already"
        assert time.monotonic() < end
        time.sleep(0.1)
