"""The Gateway API on a local cluster: its definitions, a class, and stages that stand in for a controller.

kwok ends where a stage is for a kind that is not there. So it is told of these only when the definitions are.
"""

import json
from collections.abc import Sequence
from importlib.resources import files

import yaml

from anykube_cli.kubernetes.cluster import GATEWAY_VERSION, Cluster
from anykube_cli.kubernetes.errors import SandboxError
from anykube_cli.toolchain import home

GATEWAY_CLASS = "simulated"
# Libyaml's, where it is there: the definitions are 20,000 lines.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_CLASSES = f"/apis/{GATEWAY_VERSION}/gatewayclasses"


def install_gateway_api(
    cluster: Cluster, classes: Sequence[str] = (GATEWAY_CLASS,), controller: str = f"anykube.dev/{GATEWAY_CLASS}"
) -> None:
    """Puts the Gateway API onto a running cluster; nothing where it is there. Raises SandboxError.

    `classes` are what Gateways can ask for, and `controller` is whose they are.
    """
    if cluster.has_gateway_api:
        return
    with cluster.api() as api:
        for definition in yaml.load_all(home.gateway_api_manifests().read_text(encoding="utf-8"), Loader=_LOADER):
            if definition:
                api.create(_DEFINITIONS, definition)
        try:
            api.wait_served(_CLASSES, 30)
        except TimeoutError as late:
            raise SandboxError(str(late)) from late
        for name in classes:
            api.create(
                _CLASSES,
                {
                    "apiVersion": GATEWAY_VERSION,
                    "kind": "GatewayClass",
                    "metadata": {"name": name},
                    "spec": {"controllerName": controller},
                },
            )
    stages = files(__package__).joinpath("gateways.yaml").read_text(encoding="utf-8")
    cluster.add_stages(
        stages.replace("[simulated]", json.dumps(list(classes))).replace("anykube.dev/simulated", controller)
    )
