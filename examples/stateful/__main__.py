"""A stateful service, and a worker in the same namespace that talks to it and to nobody else."""

import os
from pathlib import Path

import pulumi
import pulumi_kubernetes as kubernetes
from anykube import Namespace, StatefulService, StatefulServiceSpec, Volume, Worker, WorkerSpec

cluster = kubernetes.Provider("cluster", kubeconfig=pulumi.Output.secret(Path(os.environ["KUBECONFIG"]).read_text()))
onto = pulumi.ResourceOptions(providers=[cluster])
namespace = Namespace("queueing", opts=onto)

queue = StatefulService(
    "queue",
    StatefulServiceSpec(
        image="registry.example/queue:3.1.0",
        replicas=3,
        port=5672,
        port_name="amqp",
        volumes={"data": Volume(type="claim", path="/var/lib/queue", size="10Gi")},
        talks_to=("queue",),
        called_by=("mailer",),
    ),
    namespace=namespace,
    opts=onto,
)
Worker(
    "mailer",
    WorkerSpec(image="registry.example/mailer:1.4.0", talks_to=("queue",)),
    namespace=namespace,
    opts=pulumi.ResourceOptions(providers=[cluster], depends_on=[queue]),
)
pulumi.export("namespace", namespace.name)
