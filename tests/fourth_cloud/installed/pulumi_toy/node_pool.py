"""A node pool."""

from collections.abc import Mapping, Sequence

import pulumi

VERSION = "0.1.0"


@pulumi.input_type
class NodePoolArgs:
    def __init__(
        __self__,  # noqa: N805
        *,
        name: pulumi.Input[str],
        cluster: pulumi.Input[str],
        version: pulumi.Input[str],
        machine: pulumi.Input[str],
        size: pulumi.Input[int],
        zones: pulumi.Input[Sequence[str]],
        labels: pulumi.Input[Mapping[str, str]],
        taints: pulumi.Input[Sequence[Mapping[str, str]]],
    ) -> None:
        pulumi.set(__self__, "name", name)
        pulumi.set(__self__, "cluster", cluster)
        pulumi.set(__self__, "version", version)
        pulumi.set(__self__, "machine", machine)
        pulumi.set(__self__, "size", size)
        pulumi.set(__self__, "zones", zones)
        pulumi.set(__self__, "labels", labels)
        pulumi.set(__self__, "taints", taints)

    @property
    @pulumi.getter
    def name(self) -> pulumi.Input[str]:
        return pulumi.get(self, "name")

    @property
    @pulumi.getter
    def cluster(self) -> pulumi.Input[str]:
        return pulumi.get(self, "cluster")

    @property
    @pulumi.getter
    def version(self) -> pulumi.Input[str]:
        return pulumi.get(self, "version")

    @property
    @pulumi.getter
    def machine(self) -> pulumi.Input[str]:
        return pulumi.get(self, "machine")

    @property
    @pulumi.getter
    def size(self) -> pulumi.Input[int]:
        return pulumi.get(self, "size")

    @property
    @pulumi.getter
    def zones(self) -> pulumi.Input[Sequence[str]]:
        return pulumi.get(self, "zones")

    @property
    @pulumi.getter
    def labels(self) -> pulumi.Input[Mapping[str, str]]:
        return pulumi.get(self, "labels")

    @property
    @pulumi.getter
    def taints(self) -> pulumi.Input[Sequence[Mapping[str, str]]]:
        return pulumi.get(self, "taints")


class NodePool(pulumi.CustomResource):
    def __init__(__self__, resource_name: str, args: NodePoolArgs, opts: pulumi.ResourceOptions | None = None) -> None:  # noqa: N805
        properties = {
            "name": args.name,
            "cluster": args.cluster,
            "version": args.version,
            "machine": args.machine,
            "size": args.size,
            "zones": args.zones,
            "labels": args.labels,
            "taints": args.taints,
            "group": None,
        }
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(version=VERSION))
        super().__init__('toy:index/nodePool:NodePool', resource_name, properties, opts)  # fmt: skip

    @property
    @pulumi.getter
    def name(self) -> pulumi.Output[str]:
        return pulumi.get(self, "name")

    @property
    @pulumi.getter
    def cluster(self) -> pulumi.Output[str]:
        return pulumi.get(self, "cluster")

    @property
    @pulumi.getter
    def version(self) -> pulumi.Output[str]:
        return pulumi.get(self, "version")

    @property
    @pulumi.getter
    def machine(self) -> pulumi.Output[str]:
        return pulumi.get(self, "machine")

    @property
    @pulumi.getter
    def size(self) -> pulumi.Output[int]:
        return pulumi.get(self, "size")

    @property
    @pulumi.getter
    def zones(self) -> pulumi.Output[Sequence[str]]:
        return pulumi.get(self, "zones")

    @property
    @pulumi.getter
    def labels(self) -> pulumi.Output[Mapping[str, str]]:
        return pulumi.get(self, "labels")

    @property
    @pulumi.getter
    def taints(self) -> pulumi.Output[Sequence[Mapping[str, str]]]:
        return pulumi.get(self, "taints")

    @property
    @pulumi.getter
    def group(self) -> pulumi.Output[str]:
        return pulumi.get(self, "group")
