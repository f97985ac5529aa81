"""Names of container images.

https://kubernetes.io/docs/concepts/containers/images/#image-names
"""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

UNTAGGED = "has neither tag nor digest"
LATEST = "has the tag latest"
_HUB, _OFFICIAL = "docker.io", "library"


def unpinned(image: str) -> str | None:
    """Why an image may change without a new name: UNTAGGED, LATEST, or None.

    A digest pins the image, regardless of its tag.
    """
    if "@" in image:
        return None
    tag = image.rpartition("/")[2].partition(":")[2]
    if not tag:
        return UNTAGGED
    return LATEST if tag == "latest" else None


def qualified(image: str) -> str:
    """The full name, as container runtimes expand it: `nginx:1` becomes `docker.io/library/nginx:1`.

    https://github.com/distribution/reference/blob/main/normalize.go
    """
    first, slash, rest = image.partition("/")
    if not slash:
        return f"{_HUB}/{_OFFICIAL}/{image}"
    if first == f"index.{_HUB}":
        first = _HUB
    elif not ("." in first or ":" in first or first == "localhost"):
        return f"{_HUB}/{image}"
    return f"{first}/{_OFFICIAL}/{rest}" if first == _HUB and "/" not in rest else f"{first}/{rest}"


_COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_HOST_LABEL = r"[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?"
_DOMAIN = rf"(?:{_HOST_LABEL}(?:\.{_HOST_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_NAME = re.compile(rf"(?:{_DOMAIN}/)?{_COMPONENT}(?:/{_COMPONENT})*")
_TAG = re.compile(r"\w[-.\w]{0,127}", re.ASCII)
_DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_LONGEST_NAME = 255


def _reference(image: str) -> str:
    """The image. Raises ValueError if a container runtime cannot parse it.

    https://github.com/distribution/reference/blob/main/reference.go has the grammar. A runtime reads the first part of
    the name as a registry only if it has a dot or a port, or is localhost.
    """
    if re.search(r"\s", image):
        raise ValueError("must not have spaces")
    if "://" in image:
        raise ValueError("must not have a URL scheme: begin with the registry's host")
    name_and_tag, at, digest = image.partition("@")
    name, tag = name_and_tag, ""
    if ":" in name_and_tag.rpartition("/")[2]:
        name, _, tag = name_and_tag.rpartition(":")
        if not _TAG.fullmatch(tag):
            raise ValueError("must have a tag of at most 128 letters, digits, '_', '.' or '-', as in web:1.0.0")
    registry = qualified(name).partition("/")[0]
    repository = name.removeprefix(f"{registry}/")
    if ":" in repository and _TAG.fullmatch(repository.rpartition(":")[2]):
        raise ValueError("must have only one tag")
    if repository != repository.lower():
        raise ValueError("must have a repository in lower case")
    if not repository or not _NAME.fullmatch(name):
        raise ValueError("must be REGISTRY/REPOSITORY:TAG, such as registry.example/shop:1.0.0")
    port = registry.rpartition("]")[2].partition(":")[2]
    if port and not 0 < int(port) < 65536:
        raise ValueError("must have a registry with a port from 1 to 65535")
    if len(name) > _LONGEST_NAME:
        raise ValueError(f"must have a name of at most {_LONGEST_NAME} characters before the tag")
    if at:
        _check_digest(digest)
    return image


def _check_digest(digest: str) -> None:
    algorithm, _, value = digest.partition(":")
    length = _DIGEST_LENGTHS.get(algorithm)
    if length is None:
        raise ValueError("must have a digest of sha256, as in web@sha256:…")
    if not re.fullmatch(rf"[a-f0-9]{{{length}}}", value):
        raise ValueError(f"must have a digest of {length} hexadecimal digits in lower case after {algorithm}:")


ImageName = Annotated[
    str, Field(pattern=r"^\S+$", examples=["registry.example/shop:1.4.0"]), AfterValidator(_reference)
]
"""The name of an image with a tag or digest, as container runtimes parse it."""
