"""The behaviour that all app components share."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest
from anykube._clusters.context import ClusterContext
from anykube._clusters.eks.sections import AwsIdentity, AwsStatement
from anykube._ownership import OWNER
from anykube._workloads.app import AppSpec
from anykube._workloads.component import SpecifiedWorkload
from anykube._workloads.daemon.component import DaemonService
from anykube._workloads.daemon.spec import DaemonServiceSpec
from anykube._workloads.external.component import ExternalService
from anykube._workloads.factory import create_component
from anykube._workloads.identity import CloudIdentity, IdentityBinding
from anykube._workloads.jobs.component import CronJob, Job
from anykube._workloads.jobs.spec import CronJobSpec, JobSpec
from anykube._workloads.routes.component import RoutedWorkload
from anykube._workloads.stateful.component import StatefulService
from anykube._workloads.stateful.spec import StatefulServiceSpec
from anykube._workloads.worker.args import WorkerArgs
from anykube._workloads.worker.component import Worker
from anykube._workloads.worker.spec import WorkerSpec

CLUSTER: dict[str, object] = {"cluster": ClusterContext()}
EXISTING_NAMESPACE: dict[str, object] = {**CLUSTER, "namespace": "existing"}
IMAGE: dict[str, object] = {"image": "registry.example/app:1"}
KINDS: Mapping[type[RoutedWorkload | SpecifiedWorkload], tuple[dict[str, object], str]] = {
    Worker: (IMAGE, "Deployment/app-deployment"),
    Job: (IMAGE, "Job/app-job"),
    CronJob: ({**IMAGE, "schedule": "@daily"}, "CronJob/app-cron-job"),
    StatefulService: ({**IMAGE, "port": 5432}, "StatefulSet/app-stateful-set"),
    DaemonService: (IMAGE, "DaemonSet/app-daemon-set"),
}

SPECS: Mapping[type[RoutedWorkload | SpecifiedWorkload], type[AppSpec]] = {
    Worker: WorkerSpec,
    Job: JobSpec,
    CronJob: CronJobSpec,
    StatefulService: StatefulServiceSpec,
    DaemonService: DaemonServiceSpec,
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_pods_are_created_after_their_dependencies(engine: Any, kind: type[RoutedWorkload | SpecifiedWorkload]) -> None:
    spec, workload = KINDS[kind]
    engine.run(lambda: kind("app", {**CLUSTER, **spec, "files": {"/etc/app": "x"}}))

    urns = {registered.urn: key for key, registered in engine.resources.items()}
    needs = {urns[urn] for urn in engine.resources[workload].dependencies}
    assert needs >= {"Namespace/app-namespace", "ServiceAccount/app-service-account", "ConfigMap/app-config"}
    component = engine.resources[f"{kind.__name__}/app"]
    assert component.type == f"anykube:index:{kind.__name__}"
    assert engine.outputs[component.urn] == {"namespace": "app"}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_creates_the_component_for_a_spec(engine: Any, kind: type[RoutedWorkload | SpecifiedWorkload]) -> None:
    workloads: list[object] = []
    spec = SPECS[kind].model_validate(KINDS[kind][0])
    engine.run(lambda: workloads.append(create_component("app", spec, cluster=ClusterContext(), namespace="existing")))
    assert [type(workload) for workload in workloads] == [kind]


def test_external_service(engine: Any) -> None:
    engine.run(
        lambda: ExternalService("bank", {"cluster": ClusterContext(), "host": "bank.example", "namespace": "existing"})
    )
    assert engine.resources["Service/bank-service"].inputs["spec"] == {
        "type": "ExternalName",
        "externalName": "bank.example",
    }


def test_objects_keep_the_oldest_name(engine: Any) -> None:
    args = WorkerArgs(image="app:1", renamed_from=("first", "second"), cluster=ClusterContext(), namespace="existing")
    engine.run(lambda: Worker("third", args))
    deployment = engine.resources["Deployment/third-deployment"].inputs
    assert deployment["metadata"]["name"] == "first"
    assert deployment["spec"]["selector"]["matchLabels"] == {"app.kubernetes.io/name": "first"}


def test_identity_is_granted_before_the_pods_are_created(engine: Any) -> None:
    calls: list[tuple[object, ...]] = []

    def grant(namespace: str, service_account: str, identity: CloudIdentity) -> IdentityBinding:
        calls.append((namespace, service_account, identity))
        association = pulumi.CustomResource("test:index:Association", "allowed", {})
        return IdentityBinding([association], {"cloud.example/client": association.id})

    statement = AwsStatement(actions=("s3:GetObject",), resources=("arn:aws:s3:::mail/*",))
    identity = CloudIdentity(aws=AwsIdentity(policies=("arn:x",), statements=(statement,)))
    context = ClusterContext(grant=grant, identity_labels={"cloud.example/use": "true"})
    args = WorkerArgs(image="mail:1", identity=identity, cluster=context, namespace="existing")
    engine.run(lambda: Worker("mail", args))

    assert calls == [("existing", "mail", identity)]
    account = engine.resources["ServiceAccount/mail-service-account"].inputs["metadata"]
    assert account["annotations"] == {"cloud.example/client": "allowed-id", OWNER: "project/stack"}
    pods = engine.resources["Deployment/mail-deployment"].inputs["spec"]
    assert pods["template"]["metadata"]["labels"]["cloud.example/use"] == "true"
    assert "cloud.example/use" not in pods["selector"]["matchLabels"]
    association = engine.resources["Association/allowed"].urn
    assert association in engine.resources["Deployment/mail-deployment"].dependencies


@pytest.mark.parametrize(
    ("kind", "spec", "message"),
    [
        (Worker, {}, r"^Worker app: image: this field is required\. Add it\.$"),
        (
            Worker,
            {**IMAGE, "replicas": 3, "autoscaling": {"max": 5}},
            r"^Worker app: replicas: not allowed with autoscaling",
        ),
        (Worker, {**IMAGE, "patches": {"Service": {}}}, r"^Worker app: patches\.Service"),
        (
            Worker,
            {**IMAGE, "identity": {"aws": {}}},
            r"^Worker app: identity is set, but this cluster does not support",
        ),
        (
            Worker,
            {**IMAGE, "manifests": [{"kind": "ConfigMap"}]},
            r"^Worker app: manifests\[0\]\.apiVersion: this field is required",
        ),
        (Job, {**IMAGE, "files": {"/etc/a": {"secret": "key"}}}, r"^Job app: files\./etc/a refers to the secret key"),
        (
            CronJob,
            {**IMAGE, "schedule": "daily"},
            r"^CronJob app: schedule: .* five fields",
        ),
        (StatefulService, IMAGE, r"^StatefulService app: port: this field is required\."),
        (ExternalService, {"host": "NO"}, r"^ExternalService app: host: "),
    ],
)
def test_rejects_invalid_args_before_registering_anything(
    engine: Any, kind: type[RoutedWorkload | SpecifiedWorkload], spec: dict[str, object], message: str
) -> None:
    def program() -> None:
        with pytest.raises(pulumi.RunError, match=message):
            kind("app", {**CLUSTER, **spec})

    engine.run(program)
    assert engine.resources == {}


@pytest.mark.parametrize(("kind", "longest"), [(CronJob, 52), (StatefulService, 52), (Job, 54), (Worker, 63)])
def test_rejects_names_above_the_maximum_length(
    engine: Any, kind: type[RoutedWorkload | SpecifiedWorkload], longest: int
) -> None:
    def program() -> None:
        kind("a" * longest, {**EXISTING_NAMESPACE, **KINDS[kind][0]})
        with pytest.raises(pulumi.RunError, match=f"Use at most {longest} "):
            kind("a" * (longest + 1), {**EXISTING_NAMESPACE, **KINDS[kind][0]})

    engine.run(program)
