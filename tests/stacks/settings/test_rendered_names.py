"""Names of objects that apps are rendered to, and kinds that patches are for: told by the check."""

from collections.abc import Callable

import pytest
from anykube.settings.problems import Problem

from tests.cases.reading import case_problems

Problems = Callable[..., tuple[Problem, ...]]

APPS = "cluster: {cloud: local, pools: {servers: {count: 1}}}\nnamespace: demo\napps:\n"
DB = "  db: {kind: stateful, image: 'a:1', port: 5432%s}\n"
STORE = "{store: prod, keys: {password: {key: a/b}}}"


def manifest(kind: str, name: str, version: str = "v1") -> str:
    return f"manifests: [{{apiVersion: {version}, kind: {kind}, metadata: {{name: {name}}}}}]"


# The apps, then the path of the problem, and words of it and of the remedy.
COLLISIONS = {
    "case_23": (
        DB % "" + "  db-headless: {image: 'a:1'}\n",
        "apps.db-headless",
        "the app db already has a Service named db-headless",
        "rename one",
    ),
    "headless Service, the other way round": (
        "  db-headless: {image: 'a:1'}\n" + DB % "",
        "apps.db",
        "the app db-headless already has a Service named db-headless",
        "rename one",
    ),
    "next version": (
        "  web: {image: 'a:1', next: {weight: 0}}\n  web-next: {kind: worker, image: 'a:1'}\n",
        "apps.web.next",
        "the app web-next already has a NetworkPolicy named web-next",
        "choose another name",
    ),
    "variables": (
        f"  web: {{image: 'a:1', env: {{A: {{secret: a}}}}, external_secrets: {{env: {STORE}}}}}\n",
        "apps.web.external_secrets.env",
        "the app web already has a Secret named web-env",
        "choose another name",
    ),
    "secret files": (
        f"  web: {{image: 'a:1', files: {{/a: {{secret: a}}}}, external_secrets: {{files: {STORE}}}}}\n",
        "apps.web.external_secrets.files",
        "the app web already has a Secret named web-files",
        "choose another name",
    ),
    "registry": (
        "  web: {image: 'a:1', registries: {r.example: {username: ci, password: {secret: a}}}, "
        f"external_secrets: {{pull: {STORE}}}}}\n",
        "apps.web.external_secrets.pull",
        "the app web already has a Secret named web-pull",
        "choose another name",
    ),
    "certificate": (
        "  web: {image: 'a:1', routes: [{host: a.localhost, tls: {issuer: cluster}}], "
        f"external_secrets: {{tls: {STORE}}}}}\n",
        "apps.web.external_secrets.tls",
        "the app web already has a Secret named web-tls",
        "choose another name",
    ),
    "external secrets of two apps": (
        f"  web: {{image: 'a:1', external_secrets: {{api-db: {STORE}}}}}\n"
        f"  web-api: {{image: 'a:1', external_secrets: {{db: {STORE}}}}}\n",
        "apps.web-api.external_secrets.db",
        "the app web already has an ExternalSecret named web-api-db",
        "choose another name",
    ),
    "claims of two apps": (
        "  web: {kind: job, image: 'a:1', volumes: {api-data: {path: /a, type: claim, size: 1Gi}}}\n"
        "  web-api: {kind: job, image: 'a:1', volumes: {data: {path: /a, type: claim, size: 1Gi}}}\n",
        "apps.web-api.volumes.data",
        "the app web already has a PersistentVolumeClaim named web-api-data",
        "choose another name",
    ),
    "claim of a pod": (
        DB % ", replicas: 2, volumes: {data: {path: /a, type: claim, size: 1Gi}}"
        + "  data: {kind: job, image: 'a:1', volumes: {db-1: {path: /a, type: claim, size: 1Gi}}}\n",
        "apps.data.volumes.db-1",
        "the app db already has a PersistentVolumeClaim named data-db-1",
        "choose another name",
    ),
    "manifest of the same app": (
        f"  web: {{image: 'a:1', {manifest('Service', 'web')}}}\n",
        "apps.web.manifests[0].metadata.name",
        "the app web already has a Service named web",
        "patches",
    ),
    "manifest of a headless Service": (
        (DB % "") + f"  web: {{image: 'a:1', {manifest('Service', 'db-headless')}}}\n",
        "apps.web.manifests[0].metadata.name",
        "the app db already has a Service named db-headless",
        "patches",
    ),
    "budget": (
        f"  web: {{image: 'a:1', replicas: 3, {manifest('PodDisruptionBudget', 'web', 'policy/v1')}}}\n",
        "apps.web.manifests[0].metadata.name",
        "the app web already has a PodDisruptionBudget named web",
        "patches",
    ),
    "another version of an API": (
        "  web: {image: 'a:1', autoscaling: {max: 3}, "
        f"{manifest('HorizontalPodAutoscaler', 'web', 'autoscaling/v1')}}}\n",
        "apps.web.manifests[0].metadata.name",
        "the app web already has a HorizontalPodAutoscaler named web",
        "patches",
    ),
    "manifests of two apps": (
        f"  web: {{image: 'a:1', {manifest('ConfigMap', 'shared')}}}\n"
        f"  api: {{image: 'a:1', {manifest('ConfigMap', 'shared')}}}\n",
        "apps.api.manifests[0].metadata.name",
        "the app web already has a ConfigMap named shared",
        "choose another name",
    ),
    "cluster-wide manifests of two namespaces": (
        f"  web: {{image: 'a:1', {manifest('PriorityClass', 'high', 'scheduling.k8s.io/v1')}}}\n"
        "  api: {image: 'a:1', namespace: other, "
        f"{manifest('PriorityClass', 'high', 'scheduling.k8s.io/v1')}}}\n",
        "apps.api.manifests[0].metadata.name",
        "the app web already has a PriorityClass named high",
        "choose another name",
    ),
    "namespace": (
        f"  web: {{image: 'a:1', {manifest('Namespace', 'demo')}}}\n",
        "apps.web.manifests[0].metadata.name",
        "the namespace already has a Namespace named demo",
        "choose another name",
    ),
    "resource of Pulumi": (
        "  web: {image: 'a:1', manifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: x}}, "
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: y}}]}\n",
        "apps.web.manifests[1].metadata.name",
        "the app web already has a Pulumi resource named web-configmap-a",
        "choose another name",
    ),
    "earlier name": (
        "  store: {image: 'a:1', renamed_from: [web], next: {weight: 0}}\n  web-next: {image: 'a:1'}\n",
        "apps.store.next",
        "the app web-next already has a",
        "choose another name",
    ),
}


@pytest.mark.parametrize("name", COLLISIONS)
def test_reports_names_that_collide(problems: Problems, name: str) -> None:
    page, path, message, remedy = COLLISIONS[name]
    [problem] = problems(page=APPS + page)
    assert problem.path == path
    assert message in problem.message
    assert remedy in problem.remedy


DIFFERENT = {
    "namespaces": DB % "" + "  db-headless: {image: 'a:1', namespace: other}\n",
    "kinds": f"  web: {{image: 'a:1', {manifest('ConfigMap', 'web')}}}\n",
    "no next version": "  web: {image: 'a:1'}\n  web-next: {image: 'a:1'}\n",
    "files": "  web: {image: 'a:1', files: {/a: b}}\n  web-files: {image: 'a:1', files: {/a: b}}\n",
    "one pod": DB % ", volumes: {data: {path: /a, type: claim, size: 1Gi}}"
    + "  data: {kind: job, image: 'a:1', volumes: {db-1: {path: /a, type: claim, size: 1Gi}}}\n",
    "namespaces of a manifest": "  web: {image: 'a:1', manifests: [{apiVersion: v1, kind: Service, "
    "metadata: {name: web, namespace: other}}]}\n",
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_accepts_different_names(problems: Problems, name: str) -> None:
    assert problems(page=APPS + DIFFERENT[name]) == ()


def test_reports_collisions_beside_other_mistakes(problems: Problems) -> None:
    page = APPS + (DB % ", replicas: -1").replace("'a:1'", "''") + "  db-headless: {image: 'a:1', prt: 1}\n"
    assert {problem.path for problem in problems(page=page)} == {
        "apps.db.image",
        "apps.db.replicas",
        "apps.db-headless",
        "apps.db-headless.prt",
    }


@pytest.mark.parametrize(
    ("fields", "kind", "expected"),
    [
        ("kind: daemon", "Namespace", "DaemonSet, NetworkPolicy, ServiceAccount"),
        ("replicas: 1", "Ingress", "Deployment, NetworkPolicy, Service, ServiceAccount"),
        ("replicas: 1", "PodDisruptionBudget", "Deployment, NetworkPolicy, Service, ServiceAccount"),
        ("autoscaling: {max: 3}", "HorizontalPodAutoscalr", "did you mean HorizontalPodAutoscaler?"),
        ("kind: worker, replicas: 1", "Service", "Deployment, NetworkPolicy, ServiceAccount"),
        ("routes: [{host: a.b}], via: ingress", "Gateway", "Deployment, Ingress, "),
    ],
)
def test_reports_patches_of_kinds_that_the_app_does_not_have(
    problems: Problems, fields: str, kind: str, expected: str
) -> None:
    page = f"{APPS}  web: {{image: 'a:1', {fields}, patches: {{{kind}: {{metadata: {{labels: {{a: b}}}}}}}}}}\n"
    [problem] = problems(page=page)
    assert problem.path == f"apps.web.patches.{kind}"
    assert problem.message == f"the app has no object of kind {kind}"
    assert expected in problem.remedy


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ("env: {A: {secret: b}}", "Secret"),
        ("routes: [{host: a.localhost, tls: {issuer: cluster}}]", "Secret"),
        ("files: {/a: b}", "ConfigMap"),
        ("autoscaling: {max: 3}", "PodDisruptionBudget"),
        (manifest("ConfigMap", "x"), "ConfigMap"),
    ],
)
def test_accepts_patches_of_kinds_that_the_app_has(problems: Problems, fields: str, kind: str) -> None:
    page = f"{APPS}  web: {{image: 'a:1', {fields}, patches: {{{kind}: {{metadata: {{labels: {{a: b}}}}}}}}}}\n"
    assert problems(page=page) == ()


@pytest.mark.parametrize(
    ("fields", "patch", "path", "message", "remedy"),
    [
        (
            "replicas: 1",
            "Deployment: {metadata: {name: x}}",
            "Deployment.metadata.name",
            "which is web",
            "rename the app",
        ),
        (
            "replicas: 1",
            "Service: {metadata: {namespace: x}}",
            "Service.metadata.namespace",
            "which is demo",
            "`namespace`",
        ),
        ("replicas: 1", "Service: {metadata: null}", "Service.metadata", "metadata.name", "rename the app"),
        ("replicas: 1", "Service: {kind: Ingress}", "Service.kind", "which is Service", "`manifests`"),
        (
            "replicas: 1",
            "Deployment: {apiVersion: apps/v2}",
            "Deployment.apiVersion",
            "which is apps/v1",
            "`manifests`",
        ),
        (
            "next: {weight: 0}",
            "Deployment: {metadata: {name: web}}",
            "Deployment.metadata.name",
            "which is web-next",
            "rename the app",
        ),
        (
            "kind: stateful, port: 1",
            "Service/web-x: {}",
            '["Service/web-x"]',
            "no Service named web-x",
            "names are: web, web-headless",
        ),
        (
            "replicas: 1",
            "Deployment: {spec: {template: {metadata: {labels: {app.kubernetes.io/name: x}}}}}",
            "Deployment.spec",
            "no longer select its pods, by app.kubernetes.io/name=web",
            "keep these labels",
        ),
    ],
)
def test_reports_patches_that_no_object_can_have(
    problems: Problems, fields: str, patch: str, path: str, message: str, remedy: str
) -> None:
    [problem] = problems(page=f"{APPS}  web: {{image: 'a:1', {fields}, patches: {{{patch}}}}}\n")
    assert problem.path == f"apps.web.patches{'' if path.startswith('[') else '.'}{path}"
    assert message in problem.message
    assert remedy in problem.remedy


def test_a_patch_may_repeat_what_identifies_the_object(problems: Problems) -> None:
    patch = "Service: {apiVersion: v1, kind: Service, metadata: {name: db, namespace: demo, labels: {a: b}}}"
    headless = "Service/db-headless: {metadata: {labels: {a: b}}}"
    assert problems(page=APPS + DB % f", patches: {{{patch}, {headless}}}") == ()


LONG = "a" * 60


@pytest.mark.parametrize(
    ("apps", "path", "message", "remedy"),
    [
        (
            f"web: {{image: 'a:1', csi_secrets: {{{LONG}: {{provider: aws, path: /s, parameters: {{a: b}}}}}}}}",
            f"apps.web.csi_secrets.{LONG}",
            "volume of the pods",
            "at most 59 characters",
        ),
        (
            f"{LONG[:52]}: {{kind: job, image: 'a:1', completions: 101, indexed: true}}",
            f"apps.{LONG[:52]}",
            "host name of the last pod",
            "at most 50 characters",
        ),
        (
            f"{LONG[:52]}: {{kind: cronjob, image: 'a:1', schedule: '@daily', completions: 2, indexed: true}}",
            f"apps.{LONG[:52]}",
            "host name of the last pod",
            "at most 50 characters",
        ),
        (f"{LONG[:53]}: {{kind: stateful, image: 'a:1', port: 1}}", f"apps.{LONG[:53]}", "53", "at most 52 characters"),
        (
            f"{LONG[:53]}: {{kind: cronjob, image: 'a:1', schedule: '@daily'}}",
            f"apps.{LONG[:53]}",
            "53",
            "at most 52 characters",
        ),
    ],
)
def test_reports_derived_names_that_are_too_long(
    problems: Problems, apps: str, path: str, message: str, remedy: str
) -> None:
    [problem] = problems(page=f"{APPS}  {apps}\n")
    assert problem.path == path
    assert message in problem.message
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    "app",
    [
        "{image: 'a:1', next: {weight: 0}, routes: [{host: a.localhost}], autoscaling: {max: 3}}",
        "{kind: job, image: 'a:1'}",
        "{kind: job, image: 'a:1', env: {A: {secret: a}}}",
        "{kind: daemon, image: 'a:1', port: 1}",
        "{kind: external, host: a.b}",
    ],
)
def test_accepts_the_longest_names(problems: Problems, app: str) -> None:
    assert problems(page=f"{APPS}  {LONG[:53]}: {app}\n") == ()


def test_case_23() -> None:
    [problem] = case_problems("23-headless-name-collision")
    assert problem.path == "apps.db-headless"


def test_case_30() -> None:
    [problem] = case_problems("30-patch-namespace-check-vs-run")
    assert problem.path == "apps.agent.patches.Namespace"
    assert problem.message == "the app has no object of kind Namespace"
    assert "DaemonSet, NetworkPolicy, ServiceAccount" in problem.remedy


@pytest.mark.parametrize(
    ("app", "path", "title"),
    [
        ("  default: {image: 'a:1'}\n", "apps.default", "ServiceAccount demo/default"),
        ("  kubernetes: {image: 'a:1', namespace: default}\n", "apps.kubernetes", "Service default/kubernetes"),
        (
            f"  web: {{image: 'a:1', {manifest('ServiceAccount', 'default')}}}\n",
            "apps.web.manifests[0]",
            "ServiceAccount demo/default",
        ),
        (
            f"  web: {{image: 'a:1', {manifest('ConfigMap', 'kube-root-ca.crt')}}}\n",
            "apps.web.manifests[0]",
            "ConfigMap demo/kube-root-ca.crt",
        ),
        (
            f"  web: {{image: 'a:1', {manifest('Namespace', 'kube-system')}}}\n",
            "apps.web.manifests[0]",
            "Namespace kube-system",
        ),
        (
            f"  web: {{image: 'a:1', {manifest('ClusterRole', 'edit', 'rbac.authorization.k8s.io/v1')}}}\n",
            "apps.web.manifests[0]",
            "ClusterRole edit",
        ),
        (
            f"  web: {{image: 'a:1', {manifest('PriorityClass', 'system-node-critical', 'scheduling.k8s.io/v1')}}}\n",
            "apps.web.manifests[0]",
            "PriorityClass system-node-critical",
        ),
    ],
)
def test_rejects_objects_of_kubernetes(problems: Problems, app: str, path: str, title: str) -> None:
    (problem,) = problems(page=f"{APPS}{app}")
    assert problem.path.startswith(path)
    assert problem.message == f"{title} is an object of Kubernetes"
    assert problems(page=f"{APPS}{app}adopt: [{title}]\n") == ()


def test_accepts_apps_in_namespaces_of_kubernetes(problems: Problems) -> None:
    assert problems(page=f"{APPS}  web: {{image: 'a:1', namespace: default}}\n") == ()
