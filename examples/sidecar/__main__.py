"""An app with a native sidecar: it starts first, ends last, and shares a volume with the app."""

import os
from pathlib import Path

import pulumi
import pulumi_kubernetes as kubernetes
from anykube import Check, InitContainer, Volume, WebService, WebServiceSpec

cluster = kubernetes.Provider("cluster", kubeconfig=pulumi.Output.secret(Path(os.environ["KUBECONFIG"]).read_text()))

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
    WebServiceSpec(
        image="registry.example/api:1.0.0",
        init_containers=(shipper,),
        volumes={"logs": Volume(path="/var/log/api")},
    ),
    opts=pulumi.ResourceOptions(providers=[cluster]),
)
pulumi.export("namespace", api.namespace)
