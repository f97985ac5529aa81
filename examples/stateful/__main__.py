"""A stateful service, and a worker in the same namespace that connects only to it."""

import os
from pathlib import Path

import pulumi
from anykube import ExistingCluster, Namespace, StatefulService, StatefulServiceArgs, Volume, Worker, WorkerArgs

kubeconfig = pulumi.Output.secret(Path(os.environ["KUBECONFIG"]).read_text())
cluster = ExistingCluster("cluster", {"kubeconfig": kubeconfig})
namespace = Namespace("queueing", {"cluster": cluster})

queue = StatefulService(
    "queue",
    StatefulServiceArgs(
        cluster=cluster,
        namespace=namespace,
        image="registry.example/queue:3.1.0",
        replicas=3,
        port=5672,
        port_name="amqp",
        volumes={"data": Volume(type="claim", path="/var/lib/queue", size="10Gi")},
        talks_to=("queue",),
        called_by=("mailer",),
    ),
)
Worker(
    "mailer",
    WorkerArgs(cluster=cluster, namespace=namespace, image="registry.example/mailer:1.4.0", talks_to=("queue",)),
    pulumi.ResourceOptions(depends_on=[queue]),
)
pulumi.export("namespace", namespace.name)
