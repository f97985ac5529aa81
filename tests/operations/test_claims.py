"""Changes of claims and StatefulSets that lose no data."""

from typing import Any

import pytest
from anykube._workloads.metadata import selector
from anykube.settings.model import StackSettings
from anykube_cli.claims import carry_out, plan
from anykube_cli.cluster_api import ClusterApi

from tests.operations.api_server import ApiServer

Json = dict[str, Any]

_CLAIMS = "/api/v1/namespaces/shop/persistentvolumeclaims"


def _settings(
    namespace: str = "shop", patch: Json | None = None, kind: str = "stateful", **volume: Any
) -> StackSettings:
    data = {"path": "/data", "type": "claim", "size": "10Gi", **volume}
    app: Json = {"kind": kind, "image": "r/db:1", "volumes": {"data": data}}
    app |= {"port": 5432, "claims": "delete"} if kind == "stateful" else {"replicas": 1}
    if patch:
        app["patches"] = {"StatefulSet": {"spec": patch}}
    return StackSettings.model_validate({"cluster": {"stack": "local"}, "namespace": namespace, "apps": {"db": app}})


def _state(kind: str = "stateful") -> Json:
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}}
    spec: Json = {
        "podManagementPolicy": "OrderedReady",
        "revisionHistoryLimit": 3,
        "selector": {"matchLabels": selector("db")},
        "serviceName": "db-headless",
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"},
        "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim}],
    }
    stateful_set = {"urn": "set", "type": "kubernetes:apps/v1:StatefulSet", "id": "shop/db", "inputs": {"spec": spec}}
    volume = {
        "urn": "claim",
        "type": "kubernetes:core/v1:PersistentVolumeClaim",
        "id": "shop/db-data",
        "inputs": {"spec": claim},
    }
    return {"resources": [stateful_set if kind == "stateful" else volume]}


def _claim(
    name: str = "data-db-0", phase: str = "Bound", size: str = "10Gi", capacity: str = "10Gi", **spec: Any
) -> Json:
    return {
        "metadata": {"namespace": "shop", "name": name},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": size}},
            "storageClassName": "standard",
            **spec,
        },
        "status": {"phase": phase, "capacity": {"storage": capacity}},
    }


@pytest.fixture
def cluster(api_server: ApiServer) -> Any:
    """The plan for settings and the claims in the cluster, whose default class can expand claims or not."""

    def run(settings: StackSettings, *claims: Json, state: Json | None = None, expands: bool = True) -> Any:
        default = {"name": "standard", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
        classes = [{"metadata": default, "allowVolumeExpansion": expands}, {"metadata": {"name": "fast"}}]
        api_server.add("/apis/storage.k8s.io/v1/storageclasses", classes)
        api_server.add(_CLAIMS, list(claims))
        with ClusterApi(api_server.kubeconfig({"token": "valid"})) as api:
            return plan(api, state or _state(), settings)

    return run


def test_unchanged_settings_change_nothing(cluster: Any, api_server: ApiServer) -> None:
    result = cluster(_settings(), _claim())
    assert list(result.sentences()) == result.refusals == result.urns == []
    assert api_server.requests == []


def test_another_form_of_the_same_size_changes_nothing(cluster: Any) -> None:
    assert cluster(_settings(size="10240Mi"), _claim()).urns == []


def test_claims_grow_and_the_stateful_set_is_created_again(cluster: Any) -> None:
    others = [_claim("data-db"), _claim("data-dbx-0"), _claim("data-db-0-x")]
    result = cluster(_settings(size="20Gi"), _claim(), _claim("data-db-1", size="20Gi"), *others)
    assert (result.refusals, result.urns) == ([], ["set"])
    assert list(result.sentences()) == [
        "The claim shop/data-db-0 grows from 10Gi to 20Gi.",
        "StatefulSet shop/db is created again. Its claims stay, and its pods unless they change.",
    ]


@pytest.mark.parametrize(
    ("volume", "claim", "message"),
    [
        ({"storage_class": "fast"}, _claim(), "cannot change storageClassName from standard to fast"),
        ({"access": "ReadWriteMany"}, _claim(), "cannot change accessModes from ReadWriteOnce to ReadWriteMany"),
        ({"size": "5Gi"}, _claim(), "cannot shrink from 10Gi to 5Gi"),
        ({"size": "10Gi", "storage_class": "fast"}, _claim(storageClassName="fast"), None),  # moved by hand
        ({"size": "20Gi"}, _claim(size="500Gi"), None),  # an expansion that failed
        ({"size": "20Gi"}, _claim("other-db-0"), None),
    ],
)
def test_a_change_that_loses_data_is_refused(cluster: Any, volume: Json, claim: Json, message: str | None) -> None:
    refusals = cluster(_settings(**volume), claim).refusals
    assert [message in refusal for refusal in refusals] == ([True] if message else [])


def test_a_class_that_cannot_expand_is_named(cluster: Any) -> None:
    [refusal] = cluster(_settings(size="20Gi"), _claim(), expands=False).refusals
    assert "because its StorageClass standard has no allowVolumeExpansion" in refusal


def test_a_claim_without_a_volume_is_created_again(cluster: Any) -> None:
    result = cluster(_settings(storage_class="fast"), _claim(phase="Pending", storageClassName="typo"))
    assert (result.refusals, result.empty, result.stateful_sets) == ([], [("shop", "data-db-0")], [("shop", "db")])


@pytest.mark.parametrize("patch", [{"serviceName": "other"}, {"selector": {"matchLabels": {"x": "y"}}}])
def test_the_identity_of_a_stateful_set_stays(cluster: Any, patch: Json) -> None:
    [refusal] = cluster(_settings(patch=patch), _claim()).refusals
    assert f"apps.db: {next(iter(patch))} of StatefulSet shop/db cannot change" in refusal


def test_other_fields_of_a_stateful_set_change(cluster: Any) -> None:
    result = cluster(_settings(patch={"podManagementPolicy": "Parallel"}), _claim())
    assert (result.refusals, result.expansions, result.stateful_sets) == ([], [], [("shop", "db")])


def test_a_claim_of_a_worker_grows(cluster: Any) -> None:
    result = cluster(_settings(kind="worker", size="20Gi"), _claim("db-data"), state=_state("worker"))
    assert list(result.sentences()) == ["The claim shop/db-data grows from 10Gi to 20Gi."]
    assert result.urns == ["claim"]


@pytest.mark.parametrize("kind", ["stateful", "worker"])
def test_data_does_not_move_to_another_namespace(cluster: Any, kind: str) -> None:
    [refusal] = cluster(_settings(namespace="other", kind=kind), state=_state(kind)).refusals
    assert "the namespace changes from shop to other, which would delete the data" in refusal


def test_carries_a_plan_out(cluster: Any, api_server: ApiServer) -> None:
    result = cluster(_settings(size="20Gi"), _claim())
    api_server.documents[f"{_CLAIMS}/data-db-0"] = {}
    api_server.requests.clear()
    with ClusterApi(api_server.kubeconfig({"token": "valid"})) as api:
        carry_out(api, result)
    grow, delete = api_server.requests
    assert (grow.method, grow.json) == ("PATCH", {"spec": {"resources": {"requests": {"storage": "20Gi"}}}})
    assert (delete.method, delete.path) == ("DELETE", "/apis/apps/v1/namespaces/shop/statefulsets/db")
    assert delete.json == {"propagationPolicy": "Orphan"}
