"""The simulated account for resources. Nothing in this module can reach real AWS."""

import os
import re
import threading
from collections.abc import Mapping
from typing import Any

import botocore.session  # type: ignore[import-untyped, unused-ignore]
from anykube_cli.toolchain import simulation
from botocore.config import Config  # type: ignore[import-untyped, unused-ignore]

MARK = "anykube:urn"
"""The tag that identifies resources of interrupted creates."""

_LOCAL = re.compile(r"http://127\.0\.0\.1(:\d+)?/?")
_RETRIES = Config(retries={"mode": "adaptive", "max_attempts": 8}, connect_timeout=5, read_timeout=120)


def endpoint() -> str:
    """The URL of the simulated account. Raises ValueError if it is not on this machine."""
    if not os.environ.get(simulation.VARIABLE):
        raise ValueError(
            f"this is Anykube's simulated AWS provider, and {simulation.VARIABLE} is not set, so no rehearsal runs. "
            "Remove this plugin from PULUMI_HOME or PATH to use the real provider"
        )
    url = os.environ.get("AWS_ENDPOINT_URL", "")
    if not _LOCAL.fullmatch(url):
        raise ValueError(
            "the simulated AWS provider needs a simulated account on this machine, but AWS_ENDPOINT_URL is "
            f"{url or 'not set'}. Run it in a rehearsal, which sets AWS_ENDPOINT_URL to an http://127.0.0.1 URL"
        )
    return url


class ProviderAccount:
    """The account in one region, as configured by one provider of a program."""

    def __init__(self, region: str, default_tags: Mapping[str, str] | None = None) -> None:
        self.endpoint, self.region = endpoint(), region
        self.default_tags = dict(default_tags or {})
        self._clients: dict[str, Any] = {}
        self._by_region: dict[str, ProviderAccount] = {}
        self._lock = threading.Lock()
        self._number = ""
        # botocore only: boto3 on top of it is not needed and doubles the start time.
        self._session = botocore.session.Session()
        # Explicit credentials, so that botocore does not read real keys from ~/.aws.
        self._session.set_credentials(
            os.environ.get("AWS_ACCESS_KEY_ID") or "rehearsal",
            os.environ.get("AWS_SECRET_ACCESS_KEY") or "rehearsal",
            os.environ.get("AWS_SESSION_TOKEN") or None,
        )

    def client(self, service: str) -> Any:
        """botocore's client of a service. Retries throttled requests with backoff."""
        with self._lock:  # creating a client is not thread-safe; using one is
            if service not in self._clients:
                self._clients[service] = self._session.create_client(
                    service, region_name=self.region, endpoint_url=self.endpoint, config=_RETRIES
                )
            return self._clients[service]

    @property
    def number(self) -> str:
        """The 12-digit account id."""
        if not self._number:
            self._number = str(self.client("sts").get_caller_identity()["Account"])
        return self._number

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource in this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.number}:{resource}"

    def in_region(self, region: str | None) -> "ProviderAccount":
        """The same account in the region of a resource; this one if `region` is empty."""
        if not region or region == self.region:
            return self
        with self._lock:
            return self._by_region.setdefault(region, ProviderAccount(region, self.default_tags))
