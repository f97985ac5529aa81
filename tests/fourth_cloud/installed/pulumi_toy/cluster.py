"""A cluster."""

from collections.abc import Sequence

import pulumi

VERSION = "0.1.0"


@pulumi.input_type
class ClusterArgs:
    def __init__(
        __self__,  # noqa: N805
        *,
        name: pulumi.Input[str],
        region: pulumi.Input[str],
        zones: pulumi.Input[Sequence[str]],
        version: pulumi.Input[str],
        public: pulumi.Input[Sequence[str]],
    ) -> None:
        pulumi.set(__self__, "name", name)
        pulumi.set(__self__, "region", region)
        pulumi.set(__self__, "zones", zones)
        pulumi.set(__self__, "version", version)
        pulumi.set(__self__, "public", public)

    @property
    @pulumi.getter
    def name(self) -> pulumi.Input[str]:
        return pulumi.get(self, "name")

    @property
    @pulumi.getter
    def region(self) -> pulumi.Input[str]:
        return pulumi.get(self, "region")

    @property
    @pulumi.getter
    def zones(self) -> pulumi.Input[Sequence[str]]:
        return pulumi.get(self, "zones")

    @property
    @pulumi.getter
    def version(self) -> pulumi.Input[str]:
        return pulumi.get(self, "version")

    @property
    @pulumi.getter
    def public(self) -> pulumi.Input[Sequence[str]]:
        return pulumi.get(self, "public")


class Cluster(pulumi.CustomResource):
    def __init__(__self__, resource_name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:  # noqa: N805
        properties = {
            "name": args.name,
            "region": args.region,
            "zones": args.zones,
            "version": args.version,
            "public": args.public,
            "endpoint": None,
            "authority": None,
        }
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(version=VERSION))
        super().__init__('toy:index/cluster:Cluster', resource_name, properties, opts)  # fmt: skip

    @property
    @pulumi.getter
    def name(self) -> pulumi.Output[str]:
        return pulumi.get(self, "name")

    @property
    @pulumi.getter
    def region(self) -> pulumi.Output[str]:
        return pulumi.get(self, "region")

    @property
    @pulumi.getter
    def zones(self) -> pulumi.Output[Sequence[str]]:
        return pulumi.get(self, "zones")

    @property
    @pulumi.getter
    def version(self) -> pulumi.Output[str]:
        return pulumi.get(self, "version")

    @property
    @pulumi.getter
    def public(self) -> pulumi.Output[Sequence[str]]:
        return pulumi.get(self, "public")

    @property
    @pulumi.getter
    def endpoint(self) -> pulumi.Output[str]:
        return pulumi.get(self, "endpoint")

    @property
    @pulumi.getter
    def authority(self) -> pulumi.Output[str]:
        return pulumi.get(self, "authority")
