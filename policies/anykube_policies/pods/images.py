"""Rules for container images: tags and registries."""

from collections.abc import Iterator
from dataclasses import dataclass

from anykube._workloads.images import qualified, unpinned

from anykube_policies.fields import Fields
from anykube_policies.kubernetes import containers, pod_templates
from anykube_policies.resource import Resource
from anykube_policies.rule import PRACTICE, ResourceRule, Severity, eks, for_each


@dataclass(frozen=True)
class Image:
    """An image of a container or an image volume."""

    display_name: str
    """The container or volume as messages name it."""
    name: Fields
    approved: tuple[str, ...]
    """The approved registries of the stack's settings. Empty: every registry."""


def images(resource: Resource) -> Iterator[Image]:
    """The images of the containers and of the image volumes.

    https://kubernetes.io/docs/tasks/configure-pod-container/image-volumes/
    """
    approved = resource.settings.registries
    for container in containers(resource):
        yield Image(container.display_name, container.fields["image"], approved)
    for pod in pod_templates(resource):
        for volume in pod.spec["volumes"].elements:
            if volume["image"].is_set:
                yield Image(f"volume {volume['name'].text}", volume.get("image.reference"), approved)


def pinned(image: Image) -> str | None:
    """An image has a tag or digest. Otherwise a restarted pod may run a different build, and rollbacks do not work.

    https://kubernetes.io/docs/concepts/containers/images/#image-names
    """
    name = image.name.text
    problem = unpinned(name) if name else None
    return f"{image.display_name}: image {name} {problem}" if problem else None


def registry(image: Image) -> str | None:
    """An image comes from an approved registry, if the stack's settings list any."""
    name = image.name.text if image.approved else None
    if not name or any(_matches(name, approved) for approved in image.approved):
        return None
    return f"{image.display_name}: image {name} is not from an approved registry"


def _matches(image: str, approved: str) -> bool:
    """Whether the full image name starts with `approved`. `registry.example` does not match `registry.example.org`."""
    prefix = approved if "/" in approved else f"{approved}/"
    return qualified(image).startswith(prefix)


RULES = (
    ResourceRule(
        name="pod-image-pinned",
        title="Every image has a tag other than latest, or a digest",
        severity=Severity.HIGH,
        controls=(PRACTICE,),
        remedy="add a version tag or, better, a digest",
        evaluate=for_each(images, pinned),
    ),
    ResourceRule(
        name="pod-image-registry",
        title="Images come from approved registries",
        severity=Severity.HIGH,
        controls=(eks("5.1.4"),),
        remedy="use an image from one of `policies.registries`, or add its registry to that setting",
        evaluate=for_each(images, registry),
    ),
)
