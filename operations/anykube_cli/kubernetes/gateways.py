"""Installs the Gateway API on a local cluster: its definitions, a GatewayClass, and stages that replace a controller.

KWOK exits if a stage is for a kind that does not exist, so the stages are added only after the definitions.
"""

import json
from collections.abc import Sequence
from importlib.resources import files

import yaml

from anykube_cli.kubernetes.cluster import GATEWAY_VERSION, Cluster
from anykube_cli.kubernetes.errors import SandboxError
from anykube_cli.toolchain import home

GATEWAY_CLASS = "simulated"
# libyaml's loader, if available, because the definitions have 20,000 lines.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_CLASSES = f"/apis/{GATEWAY_VERSION}/gatewayclasses"


def install_gateway_api(
    cluster: Cluster, classes: Sequence[str] = (GATEWAY_CLASS,), controller: str = f"anykube.dev/{GATEWAY_CLASS}"
) -> None:
    """Installs the Gateway API on a running cluster, unless it is installed. Raises SandboxError.

    `classes` are the names of the GatewayClasses, and `controller` is their controller name.
    """
    if cluster.has_gateway_api:
        return
    with cluster.api() as api:
        for definition in yaml.load_all(home.gateway_api_manifests().read_text(encoding="utf-8"), Loader=_LOADER):
            if definition:
                api.create(_DEFINITIONS, definition)
        try:
            api.wait_served(_CLASSES, 30)
        except TimeoutError as timeout:
            raise SandboxError(str(timeout)) from timeout
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
