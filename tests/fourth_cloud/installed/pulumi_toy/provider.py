"""The provider."""

import pulumi

VERSION = "0.1.0"


@pulumi.input_type
class ProviderArgs:
    def __init__(__self__, *, account: pulumi.Input[str]) -> None:  # noqa: N805
        pulumi.set(__self__, "account", account)

    @property
    @pulumi.getter
    def account(self) -> pulumi.Input[str]:
        return pulumi.get(self, "account")


class Provider(pulumi.ProviderResource):
    def __init__(__self__, resource_name: str, args: ProviderArgs, opts: pulumi.ResourceOptions | None = None) -> None:  # noqa: N805
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(version=VERSION))
        super().__init__("toy", resource_name, {"account": args.account}, opts)
