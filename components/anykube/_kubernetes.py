"""Any Kubernetes object as a Pulumi resource, from a plain manifest.

The typed classes of pulumi_kubernetes are not used: importing them costs more than a second at every run,
and a manifest has the provider's own property names already.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import pulumi

Manifest: TypeAlias = Mapping[str, object]
"""A Kubernetes object as in YAML, in camelCase. Any leaf may be a `pulumi.Output`."""

Transform: TypeAlias = Callable[[Manifest], Manifest]
"""The escape hatch: sees every manifest of a component before it is registered, and returns what shall be."""

_SECRET_FIELDS = ("data", "stringData")


def token(manifest: Manifest) -> str:
    """Pulumi's type of a manifest's object: `kubernetes:apps/v1:Deployment`, `kubernetes:core/v1:Secret`."""
    version, kind = str(manifest["apiVersion"]), str(manifest["kind"])
    return f"kubernetes:{version if '/' in version else f'core/{version}'}:{kind}"


def apply(
    manifest: Manifest, name: str, opts: pulumi.ResourceOptions, transforms: Sequence[Transform] = ()
) -> pulumi.CustomResource:
    """Register a manifest as the Pulumi resource `name`, after all transforms in their order.

    What a Secret holds is marked secret, so that it is nowhere in plaintext in the state.
    """
    for transform in transforms:
        manifest = transform(manifest)
    if manifest["kind"] == "Secret":
        hidden = {field: pulumi.Output.secret(manifest[field]) for field in _SECRET_FIELDS if field in manifest}
        manifest = {**manifest, **hidden}
        opts = pulumi.ResourceOptions.merge(
            opts, pulumi.ResourceOptions(additional_secret_outputs=list(_SECRET_FIELDS))
        )
    return pulumi.CustomResource(token(manifest), name, dict(manifest), opts)
