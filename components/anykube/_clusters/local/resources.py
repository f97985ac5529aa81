"""Typed resources of the Pulumi plugin localkube."""

from collections.abc import Mapping, Sequence
from typing import cast

import pulumi

_VERSION = "0.1.0"


class _Resource(pulumi.CustomResource):
    """A resource of the plugin, with its inputs and outputs."""

    def __init__(
        self,
        kind: str,
        name: str,
        inputs: Mapping[str, object],
        outputs: Sequence[str],
        opts: pulumi.ResourceOptions | None,
    ) -> None:
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(version=_VERSION))
        super().__init__(f"localkube:index:{kind}", name, {**inputs, **dict.fromkeys(outputs)}, opts)

    def _output(self, name: str) -> pulumi.Output[str]:
        return cast("pulumi.Output[str]", self.__dict__[name])


class Cluster(_Resource):
    """A Kubernetes API server on the loopback interface."""

    def __init__(
        self,
        resource_name: str,
        *,
        name: str,
        version: str,
        unpullable_images: str,
        crashing_images: str,
        gateway_api: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {
            "name": name,
            "version": version,
            "unpullableImages": unpullable_images,
            "crashingImages": crashing_images,
            # Set only if true: older states do not have the field.
            **({"gatewayApi": True} if gateway_api else {}),
        }
        outputs = ("endpoint", "identity", "certificateAuthority", "kubeconfig")
        super().__init__("Cluster", resource_name, inputs, outputs, opts)
        self.cluster_name = self._output("name")
        self.version = self._output("version")
        self.endpoint = self._output("endpoint")
        self.identity = self._output("identity")
        self.kubeconfig = self._output("kubeconfig")


class NodePool(_Resource):
    """A group of equal KWOK nodes."""

    def __init__(
        self,
        resource_name: str,
        *,
        cluster: Cluster,
        name: str,
        count: int,
        cpu: int,
        memory: str,
        arch: str,
        labels: Mapping[str, str],
        taints: Sequence[Mapping[str, str]],
        zones: Sequence[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {
            "cluster": cluster.cluster_name,
            "identity": cluster.identity,
            "version": cluster.version,
            "name": name,
            "count": count,
            "cpu": cpu,
            "memory": memory,
            "arch": arch,
            "labels": labels,
            "taints": taints,
            "zones": zones,
        }
        super().__init__("NodePool", resource_name, inputs, ("nodes",), opts)


class Certificate(_Resource):
    """A server certificate that the checkout's certificate authority signed."""

    def __init__(
        self,
        resource_name: str,
        *,
        name: str,
        hosts: Sequence[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        outputs = ("certificate", "privateKey", "authority", "notAfter")
        super().__init__("Certificate", resource_name, {"name": name, "hosts": hosts}, outputs, opts)
        self.certificate = self._output("certificate")
        self.private_key = self._output("privateKey")
