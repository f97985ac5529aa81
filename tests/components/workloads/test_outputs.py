"""Pulumi outputs of other resources are passed through to the manifests."""

import base64
import json
from typing import Any

import pulumi
from anykube._clusters.context import ClusterContext
from anykube._workloads.external.component import ExternalService
from anykube._workloads.jobs.component import Job
from anykube._workloads.web.component import WebService

CLUSTER = ClusterContext()


def _output(text: str) -> pulumi.Output[str]:
    return pulumi.Output.from_input(text)


def test_host_can_be_an_output(engine: Any) -> None:
    engine.run(lambda: ExternalService("db", {"cluster": CLUSTER, "host": _output("db.internal.example")}))
    assert engine.resources["Service/db-service"].inputs["spec"]["externalName"] == "db.internal.example"


def test_annotations_logins_and_references_can_be_outputs(engine: Any) -> None:
    def program() -> None:
        WebService(
            "shop",
            {
                "cluster": CLUSTER,
                "image": _output("registry.example/shop:1"),
                "service": {"type": "LoadBalancer", "annotations": {"subnet": _output("subnet-1")}},
                "registries": {"registry.example": {"username": _output("ann"), "password": _output("hush")}},
                "env": {"PASSWORD": {"from_secret": _output("db"), "key": "password"}},
                "csi_secrets": {
                    "vault": {"provider": "azure", "path": "/etc/vault", "parameters": {"clientID": _output("id-1")}}
                },
                "external_secrets": {"api": {"store": "aws", "keys": {"token": {"key": _output("arn:1")}}}},
                "volumes": {"data": {"type": "claim", "path": "/data", "claim_name": _output("disk")}},
                "priority_class": _output("high"),
                "pull_secrets": [_output("login")],
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


def test_job_name_with_an_output_in_the_spec(engine: Any) -> None:
    env: Any = {"A": {"from_secret": _output("db"), "key": "password"}}
    engine.run(lambda: Job("load", {"cluster": CLUSTER, "image": "load:1", "env": env}))
    assert engine.resources["Job/load-job"].inputs["metadata"]["name"].startswith("load-")
