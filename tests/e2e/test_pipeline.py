"""The pipeline, whole: the commands that jobs run, on a scratch repository, a simulated account and a forge.

The tests are the days of one repository: each goes on from the one before.
"""

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
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
    project = Project(tmp_path_factory.mktemp("pipeline") / "shop", _PAGES)
    try:
        # As the owner of the repository does once.
        project.pulumi("stack", "init", "dev-vault", "--no-select", "--secrets-provider", "passphrase")
        for name, value in vault.SECRETS.items():
            if name != vault.GIVEN:
                project.secret("dev-vault", name, value)
        yield project
    finally:
        project.remove()


@pytest.fixture(scope="module")
def forge() -> Iterator[Forge]:
    with Forge() as server:
        yield server


def _merge(project: Project, environment: str) -> None:
    """What the jobs of an environment do, each when the one before is well."""
    for item in json.loads(project.ci("order", "--environment", environment, "--json").out):
        project.ci("deploy", "--stack", item["stack"], variables=_GIVEN)


def test_stacks_are_promoted_in_order(project: Project) -> None:
    stacks = json.loads(project.ci("order", "--json").out)
    assert [(item["stack"], item["cloud"], item["environment"], item["on"]) for item in stacks] == [
        ("dev", "gcp", "dev", None),
        ("dev-vault", "gcp", "dev", "dev"),
        ("staging", "gcp", "staging", None),
        ("prod", "gcp", "prod", None),
    ]


def test_merge_deploys_dev_first(project: Project) -> None:
    _merge(project, "dev")
    assert project.clusters() == {"shop-dev"}


def test_recovers_a_cancelled_run(project: Project) -> None:
    """A forge ends a job by a signal, and kills what is left."""
    job = project.start("deploy", "--stack", "staging")
    try:
        _wait(lambda: "shop-staging" in project.clusters(), job)
    finally:
        job.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        for process in [*psutil.Process(job.pid).children(recursive=True), psutil.Process(job.pid)]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
    assert "Pulumi finishes the operations in progress" in project.outputs_by(job)
    _merge(project, "staging")
    assert project.clusters() == {"shop-dev", "shop-staging"}
    assert not project.pending("staging")


def test_prod_is_not_deployed_before_approval(project: Project) -> None:
    assert not project.exists("prod")
    _merge(project, "prod")
    assert project.clusters() == {"shop-dev", "shop-staging", "shop-prod"}


def test_pull_request_has_one_comment_with_the_preview(project: Project, forge: Forge) -> None:
    forge.add_comment(_REQUEST, "<!-- anykube: pull request -->\nnot by the job")
    project.git("branch", "main-before")
    settings, job = deepcopy(_SHOP), forge.job(_REQUEST)
    for image in ("1.1.0", "1.2.0"):
        settings["apps"]["web"]["image"] = f"registry.example/web:{image}"
        project.write("base/shop", settings)
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
    assert [item.partition(" ")[0] for item in forge.requests if "GET" not in item] == ["POST", "PATCH"]
    project.write("base/shop", _SHOP)


def test_guard_names_the_field_that_would_replace_a_cluster(project: Project) -> None:
    before = deepcopy(_PAGES["prod"])
    zones = [f"europe-west4-{zone}" for zone in "abc"]
    project.write("prod", {**before, "cluster": {**before["cluster"], "region": "europe-west4", "zones": zones}})
    result = project.ci("pull-request", "--base", "main-before", "--out", _COMMENT, code=1)
    stopped = project.ci("deploy", "--stack", "prod", code=1)
    project.write("prod", before)
    assert "Nothing was changed" in stopped.err
    assert "shop-prod" in project.clusters()
    assert "prod: would be stopped" in result.out
    assert "shop-prod-cluster (cluster) would be replaced because of location" in result.out
    assert r"\(cluster\) would be replaced because of location" in (project.folder / _COMMENT).read_text()


def test_reports_drift_in_cloud_and_cluster_without_changing_it(project: Project, forge: Forge) -> None:
    [nodes] = [item for item in project.account.all() if item["id"].rpartition("/")[2].startswith("shop-dev-nodes-")]
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
    assert [item["state"] for item in forge.issues] == ["closed"]


def test_review_stacks_end_with_their_request_or_by_age(project: Project) -> None:
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


def test_no_secret_leaks(project: Project, forge: Forge) -> None:
    """In a comment, a report, a log, the settings, a crash that says them, or a file, state among them."""
    assert len(vault.SECRETS) == 15
    settings = deepcopy(vault.PAGE)
    settings["apps"]["keeper"]["image"] = "registry.example/keeper:1.1.0"
    project.write("dev-vault", settings)
    environment = _GIVEN | forge.job(_REQUEST)
    project.ci("pull-request", "--base", "main-before", "--out", _COMMENT, variables=environment)
    project.ci("comment", "--file", _COMMENT, variables=environment)
    patch = json.dumps({"data": {"ENV_PLAIN": "b3RoZXI="}})
    project.kubectl("dev", "-n", "vault", "patch", "secret", "keeper-env", "--patch", patch)
    project.ci("drift", "--stack", "dev-vault", "--out", _DRIFT, variables=environment, code=3)
    assert "data.ENV_PLAIN" in (project.folder / _DRIFT).read_text()
    project.ci("review", "up", "--number", "9", "--on", "dev-vault", variables=environment)
    project.ci("review", "down", "--number", "9", "--on", "dev-vault", variables=environment)
    project.settings("dev-vault")
    crash_output = _crashed(project)
    assert HIDDEN in crash_output
    output = "".join([*project.outputs, *(item["body"] for item in forge.comments[_REQUEST])]).encode()
    names_by_form = {form: name for name, value in vault.SECRETS.items() for form in vault.forms(value)}
    # What is looked for is to be found where it has to be.
    secret = project.kubectl("dev", "-n", "vault", "get", "secret", "keeper-env", "keeper-pull", "-o", "json").out
    assert sum(form in secret.encode() for form in names_by_form) > 5
    assert {name for form, name in names_by_form.items() if form in output} == set()
    leaks = {}
    for file in vault.files(project.folder):
        content = file.read_bytes()
        if secret_names := {name for form, name in names_by_form.items() if form in content}:
            leaks[str(file.relative_to(project.folder))] = secret_names
    # The test itself is a part of the checkout, and shows that they would be found.
    assert list(leaks) == ["tests/e2e/vault.py"]


def _crashed(project: Project) -> str:
    """What a job says whose program ends in the middle of what it does with passwords, and says them."""
    file = project.folder / "components" / "anykube" / "_workloads" / "pods" / "secrets.py"
    before = file.read_text()
    line = "        auths = {\n"
    assert before.count(line) == 1
    file.write_text(before.replace(line, f"        raise ValueError(passwords, str(passwords).encode().hex())\n{line}"))
    try:
        result = project.ci("deploy", "--stack", "dev-vault", variables=_GIVEN, code=1)
    finally:
        file.write_text(before)
    assert "ValueError" in result.all
    return result.all


def _namespaces(project: Project) -> set[str]:
    namespaces = json.loads(project.kubectl("dev", "get", "namespaces", "-o", "json").out)["items"]
    return {item["metadata"]["name"] for item in namespaces if item["metadata"]["name"].startswith("pr-")}


def _wait(condition: Callable[[], bool], job: subprocess.Popen[str], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert job.poll() is None, "it is over already"
        assert time.monotonic() < deadline
        time.sleep(0.1)
