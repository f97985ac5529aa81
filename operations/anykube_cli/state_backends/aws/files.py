"""The files of a backend in S3."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from anykube_cli.preflight.aws.errors import summarize_error, code
from anykube_cli.state_backends.backend import BackendError


def files(url: str) -> "S3Files":
    """By the address as Pulumi takes it, with a region and a folder in it or without. Raises BackendError."""
    import boto3
    from botocore.config import Config

    parts = urlsplit(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    # How Go's library of Pulumi's calls what AWS' SDK for Python has: https://gocloud.dev/howto/blob/#s3-compatible
    path_style = "true" in (asked.get("s3ForcePathStyle"), asked.get("use_path_style"))
    endpoint = asked.get("endpoint")
    if endpoint and "://" not in endpoint:
        plain = "true" in (asked.get("disableSSL"), asked.get("disable_https"))
        endpoint = f"{'http' if plain else 'https'}://{endpoint}"
    try:
        session = boto3.Session(profile_name=asked.get("profile"))
        client = session.client(
            "s3",
            region_name=asked.get("region"),
            endpoint_url=endpoint,
            config=Config(s3={"addressing_style": "path"} if path_style else {}, connect_timeout=5, read_timeout=30),
        )
    except Exception as error:
        raise BackendError(f"{url} cannot be asked: {summarize_error(error)}") from error
    return S3Files(client, parts.netloc, parts.path.strip("/"))


class S3Files:
    """Those below a folder of a bucket."""

    def __init__(self, client: Any, bucket: str, folder: str) -> None:
        self._client, self._bucket, self._folder = client, bucket, f"{folder}/" if folder else ""

    def names(self, prefix: str) -> Sequence[str]:
        """Of all pages."""
        try:
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._folder + prefix
            )
            found = [item["Key"] for page in pages for item in page.get("Contents", ())]
        except Exception as error:
            raise BackendError(f"the bucket {self._bucket} cannot be asked: {summarize_error(error)}") from error
        return [name.removeprefix(self._folder) for name in found]

    def read(self, name: str) -> bytes | None:
        """The newest version."""
        try:
            content: bytes = self._client.get_object(Bucket=self._bucket, Key=self._folder + name)["Body"].read()
        except Exception as error:
            if code(error) == "NoSuchKey":
                return None
            raise BackendError(f"{name} in the bucket {self._bucket} cannot be read: {summarize_error(error)}") from error
        return content

    def remove(self, name: str) -> None:
        """Earlier versions stay."""
        self._client.delete_object(Bucket=self._bucket, Key=self._folder + name)
