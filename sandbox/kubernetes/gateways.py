"""The Gateway API on a local cluster: its definitions, a class, and stages that stand in for a controller.

kwok ends where a stage is for a kind that is not there. So it is told of these only when the definitions are.
"""

from importlib.resources import files

import yaml

from sandbox.kubernetes.api import Api
from sandbox.kubernetes.cluster import Cluster
from sandbox.kubernetes.errors import SandboxError
from toolchain import home

GATEWAY_CLASS = "simulated"
_DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_CLASSES = "/apis/gateway.networking.k8s.io/v1/gatewayclasses"


def offer(cluster: Cluster) -> None:
    """Puts the Gateway API onto a running cluster; nothing where it is there. Raises SandboxError."""
    if cluster.has_stages(_MARK):
        return
    with cluster.api() as api:
        for definition in yaml.safe_load_all(home.gateway_api().read_text(encoding="utf-8")):
            if definition:
                api.create(_DEFINITIONS, definition)
        _wait(api)
        api.create(
            _CLASSES,
            {
                "apiVersion": "gateway.networking.k8s.io/v1",
                "kind": "GatewayClass",
                "metadata": {"name": GATEWAY_CLASS},
                "spec": {"controllerName": f"anykube.dev/{GATEWAY_CLASS}"},
            },
        )
    cluster.add_stages(files(__package__).joinpath("gateways.yaml").read_text(encoding="utf-8"))


_MARK = "gateway-is-programmed"


def _wait(api: Api) -> None:
    for kind in ("gatewayclasses", "gateways", "httproutes"):
        try:
            api.wait_served(f"/apis/gateway.networking.k8s.io/v1/{kind}", 30)
        except TimeoutError as late:
            raise SandboxError(str(late)) from late
