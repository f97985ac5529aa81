"""What containers run, and where it is from."""

from collections.abc import Iterator
from dataclasses import dataclass

from anykube._workloads.images import qualified, unpinned

from anykube_policies.fields import Fields
from anykube_policies.kubernetes import containers, pods
from anykube_policies.rule import PRACTICE, ResourceRule, Severity, each, eks
from anykube_policies.subject import Resource


@dataclass(frozen=True)
class Image:
    """An image that pods run, or have files from."""

    said: str
    name: Fields
    approved: tuple[str, ...]
    """How the names of images may begin, as the stack's page says. Empty: anyhow."""


def images(resource: Resource) -> Iterator[Image]:
    """The images of its containers and of its volumes.

    https://kubernetes.io/docs/tasks/configure-pod-container/image-volumes/
    """
    approved = resource.settings.registries
    for container in containers(resource):
        yield Image(container.said, container.fields["image"], approved)
    for one in pods(resource):
        for volume in one.spec["volumes"].elements:
            if volume["image"].given:
                yield Image(f"volume {volume['name'].text}", volume.at("image.reference"), approved)


def pinned(image: Image) -> str | None:
    """Says which build it is: else a pod that starts again runs another one, and nothing can be rolled back.

    https://kubernetes.io/docs/concepts/containers/images/#image-names
    """
    name = image.name.text
    what = unpinned(name) if name else None
    return f"{image.said} has an image that {what}: {name}" if what else None


def registry(image: Image) -> str | None:
    """Is from where the stack's page says that images may be from; judged only where it says so."""
    name = image.name.text if image.approved else None
    if not name or any(_begins(name, approved) for approved in image.approved):
        return None
    return f"{image.said} has an image from elsewhere: {name}"


def _begins(image: str, approved: str) -> bool:
    """A host alone is a whole host: `registry.example` approves nothing of `registry.example.org`."""
    beginning = approved if "/" in approved else f"{approved}/"
    return qualified(image).startswith(beginning)


RULES = (
    ResourceRule(
        name="pod-image-pinned",
        title="Every image has a tag or digest, and none the tag latest",
        severity=Severity.HIGH,
        controls=(PRACTICE,),
        remedy="name the version to run, or better its digest",
        judge=each(images, pinned),
    ),
    ResourceRule(
        name="pod-image-registry",
        title="Images are from registries that the stack's page approves",
        severity=Severity.HIGH,
        controls=(eks("5.1.4"),),
        remedy="use an image below one of `policies.registries`, or add its registry there",
        judge=each(images, registry),
    ),
)
