"""Kubernetes objects as Pulumi resources, from manifests.

Anykube does not use the typed classes of pulumi_kubernetes: importing them takes more than a second in each run, and
manifests already have the provider's property names.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import pulumi

from anykube import _admission

Manifest: TypeAlias = Mapping[str, object]
"""A Kubernetes object, with the keys of its YAML. Any leaf may be a `pulumi.Output`."""

Transform: TypeAlias = Callable[[Manifest], Manifest]
"""A function that changes the manifests of a component before they are registered. Returns the new manifest."""

_SECRET_FIELDS = ("data", "stringData")

_RETAINED = ("Namespace", "CustomResourceDefinition")
"""Kinds that Pulumi never deletes, because the API server would delete everything in them with them."""


def token(manifest: Manifest) -> str:
    """The Pulumi type token of a manifest, such as `kubernetes:apps/v1:Deployment` or `kubernetes:core/v1:Secret`."""
    version, kind = str(manifest["apiVersion"]), str(manifest["kind"])
    return f"kubernetes:{version if '/' in version else f'core/{version}'}:{kind}"


def apply(
    manifest: Manifest,
    name: str,
    opts: pulumi.ResourceOptions,
    transforms: Sequence[Transform] = (),
    *,
    shared: bool = False,
    app: str = "",
) -> pulumi.CustomResource:
    """Registers a manifest as the Pulumi resource `name`, after applying the transforms in order.

    An annotation names the stack that the object belongs to. `shared`: several stacks may use the object, as they do
    every Namespace. Pulumi does not delete it: `anykube` does, once no stack uses it. `app`: namespace and name of the
    app that it belongs to. The values of a Secret are marked as secret, so that they are encrypted in the state.
    """
    for transform in transforms:
        manifest = transform(manifest)
    shared = shared or manifest["kind"] == "Namespace"
    manifest = _admission.register(manifest, opts, shared=shared, app=app)
    if shared or manifest["kind"] in _RETAINED:
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(retain_on_delete=True))
    if manifest["kind"] == "Secret":
        secret_fields = {field: pulumi.Output.secret(manifest[field]) for field in _SECRET_FIELDS if field in manifest}
        manifest = {**manifest, **secret_fields}
        opts = pulumi.ResourceOptions.merge(
            opts, pulumi.ResourceOptions(additional_secret_outputs=list(_SECRET_FIELDS))
        )
    return pulumi.CustomResource(token(manifest), name, dict(manifest), opts)
