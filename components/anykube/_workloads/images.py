"""Names of container images.

https://kubernetes.io/docs/concepts/containers/images/#image-names
"""

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
