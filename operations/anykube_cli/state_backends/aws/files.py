"""The files of a state backend in S3."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from anykube._clusters.eks.credentials import open_session

from anykube_cli.preflight.aws.errors import error_code, summarize_error
from anykube_cli.state_backends.backend import BackendError


def files(url: str) -> "S3Files":
    """Opens a backend at Pulumi's address, which may contain a region and a folder. Raises BackendError."""
    from botocore.config import Config

    address = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(address.query).items()}
    # Parameters of the Go library that Pulumi uses: https://gocloud.dev/howto/blob/#s3-compatible
    path_style = "true" in (query.get("s3ForcePathStyle"), query.get("use_path_style"))
    endpoint = query.get("endpoint")
    if endpoint and "://" not in endpoint:
        is_http = "true" in (query.get("disableSSL"), query.get("disable_https"))
        endpoint = f"{'http' if is_http else 'https'}://{endpoint}"
    try:
        session = open_session(profile=query.get("profile"))
        client = session.client(
            "s3",
            region_name=query.get("region"),
            endpoint_url=endpoint,
            config=Config(s3={"addressing_style": "path"} if path_style else {}, connect_timeout=5, read_timeout=30),
        )
    except Exception as error:
        raise BackendError(f"Cannot open {url}: {summarize_error(error)}") from error
    return S3Files(client, address.netloc, address.path.strip("/"))


class S3Files:
    """The files in a folder of a bucket."""

    def __init__(self, client: Any, bucket: str, folder: str) -> None:
        self._client, self._bucket, self._folder = client, bucket, f"{folder}/" if folder else ""

    def names(self, prefix: str) -> Sequence[str]:
        """All names with this prefix."""
        try:
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._folder + prefix
            )
            keys = [item["Key"] for page in pages for item in page.get("Contents", ())]
        except Exception as error:
            raise BackendError(f"Cannot list the bucket {self._bucket}: {summarize_error(error)}") from error
        return [name.removeprefix(self._folder) for name in keys]

    def read(self, name: str) -> bytes | None:
        """The newest version of a file; None if the file does not exist."""
        try:
            content: bytes = self._client.get_object(Bucket=self._bucket, Key=self._folder + name)["Body"].read()
        except Exception as error:
            if error_code(error) == "NoSuchKey":
                return None
            raise BackendError(f"Cannot read {name} in the bucket {self._bucket}: {summarize_error(error)}") from error
        return content

    def remove(self, name: str) -> None:
        """Removes a file. Earlier versions are kept."""
        self._client.delete_object(Bucket=self._bucket, Key=self._folder + name)
