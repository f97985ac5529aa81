"""Text that other resources have: it is placed in manifests, and never looked at."""

import base64
import json
from typing import Any

import pulumi
from anykube._clusters.context import ClusterContext
from anykube._workloads.external.component import ExternalService
from anykube._workloads.jobs.component import Job
from anykube._workloads.web.component import WebService

CLUSTER = ClusterContext()


def _later(text: str) -> pulumi.Output[str]:
    return pulumi.Output.from_input(text)


def test_a_host(engine: Any) -> None:
    engine.run(lambda: ExternalService("db", {"cluster": CLUSTER, "host": _later("db.internal.example")}))
    assert engine.resources["Service/db-service"].inputs["spec"]["externalName"] == "db.internal.example"


def test_annotations_logins_and_references(engine: Any) -> None:
    def program() -> None:
        WebService(
            "shop",
            {
                "cluster": CLUSTER,
                "image": _later("registry.example/shop:1"),
                "service": {"type": "LoadBalancer", "annotations": {"subnet": _later("subnet-1")}},
                "registries": {"registry.example": {"username": _later("ann"), "password": _later("hush")}},
                "env": {"PASSWORD": {"from_secret": _later("db"), "key": "password"}},
                "csi_secrets": {
                    "vault": {"provider": "azure", "path": "/etc/vault", "parameters": {"clientID": _later("id-1")}}
                },
                "external_secrets": {"api": {"store": "aws", "keys": {"token": {"key": _later("arn:1")}}}},
                "volumes": {"data": {"type": "claim", "path": "/data", "claim_name": _later("disk")}},
                "priority_class": _later("high"),
                "pull_secrets": [_later("login")],
            },
        )

    engine.run(program)
    inputs = {key: registered.inputs for key, registered in engine.resources.items()}
    assert inputs["Service/shop-service"]["metadata"]["annotations"]["subnet"] == "subnet-1"
    _, login = inputs["Secret/shop-pull"]["data"]
    auths = json.loads(base64.b64decode(login[".dockerconfigjson"]))["auths"]
    assert (auths["registry.example"]["username"], auths["registry.example"]["password"]) == ("ann", "hush")
    assert inputs["SecretProviderClass/shop-csi-vault"]["spec"]["parameters"] == {"clientID": "id-1"}
    assert inputs["ExternalSecret/shop-external-api"]["spec"]["data"][0]["remoteRef"] == {"key": "arn:1"}
    pod = inputs["Deployment/shop-deployment"]["spec"]["template"]["spec"]
    assert pod["priorityClassName"] == "high"
    assert {"name": "login"} in pod["imagePullSecrets"]
    assert pod["containers"][0]["env"][0]["valueFrom"]["secretKeyRef"] == {"name": "db", "key": "password"}
    assert {"name": "data", "persistentVolumeClaim": {"claimName": "disk"}} in pod["volumes"]


def test_the_name_of_a_job_follows_what_it_runs(engine: Any) -> None:
    env: Any = {"A": {"from_secret": _later("db"), "key": "password"}}
    engine.run(lambda: Job("load", {"cluster": CLUSTER, "image": "load:1", "env": env}))
    assert engine.resources["Job/load-job"].inputs["metadata"]["name"].startswith("load-")
