"""An app with a native sidecar, which starts first, stops last, and shares a volume with the app."""

import os
from pathlib import Path

import pulumi
from anykube import Check, ExistingCluster, InitContainer, Volume, WebService, WebServiceArgs

kubeconfig = pulumi.Output.secret(Path(os.environ["KUBECONFIG"]).read_text())
cluster = ExistingCluster("cluster", {"kubeconfig": kubeconfig})

shipper = InitContainer(
    name="log-shipper",
    image="registry.example/log-shipper:2.3.0",
    sidecar=True,
    mounts={"logs": "/logs"},
    port=9880,
    health=Check(path="/ready"),
)
api = WebService(
    "api",
    WebServiceArgs(
        cluster=cluster,
        image="registry.example/api:1.0.0",
        init_containers=(shipper,),
        volumes={"logs": Volume(path="/var/log/api")},
    ),
)
pulumi.export("namespace", api.namespace)
