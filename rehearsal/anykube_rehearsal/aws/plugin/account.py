"""The simulated account that things are made in. Nothing here can reach the real AWS."""

import os
import re
import threading
from collections.abc import Mapping
from typing import Any

import botocore.session  # type: ignore[import-untyped, unused-ignore]
from anykube_cli.toolchain import simulation
from botocore.config import Config  # type: ignore[import-untyped, unused-ignore]

MARK = "anykube:urn"
"""The tag by which a thing is found again whose making was cut short."""

_LOCAL = re.compile(r"http://127\.0\.0\.1(:\d+)?/?")
_RETRIES = Config(retries={"mode": "adaptive", "max_attempts": 8}, connect_timeout=5, read_timeout=120)


def endpoint() -> str:
    """Where the simulated account answers. Raises ValueError where anything else than this machine is meant."""
    if not os.environ.get(simulation.VARIABLE):
        raise ValueError(
            f"this is Anykube's simulated AWS, not the real provider, and no rehearsal runs it: {simulation.VARIABLE} "
            "is not set; remove this plugin from where the engine found it (PULUMI_HOME or PATH)"
        )
    found = os.environ.get("AWS_ENDPOINT_URL", "")
    if not _LOCAL.fullmatch(found):
        raise ValueError(
            "this is the simulated AWS; it works only on an account of this machine, and AWS_ENDPOINT_URL is "
            f"{found or 'not set'}: it has to be an http://127.0.0.1 URL, which the rehearsal sets"
        )
    return found


class Account:
    """The account in one region, as one provider of a program sees it."""

    def __init__(self, region: str, default_tags: Mapping[str, str] | None = None) -> None:
        self.endpoint, self.region = endpoint(), region
        self.default_tags = dict(default_tags or {})
        self._clients: dict[str, Any] = {}
        self._elsewhere: dict[str, Account] = {}
        self._lock = threading.Lock()
        self._number = ""
        # boto3's own foundation: what boto3 puts on top is not needed, and doubles the time to start.
        self._session = botocore.session.Session()
        # Given outright, so that nothing is looked up in ~/.aws: a real key has no business here.
        self._session.set_credentials(
            os.environ.get("AWS_ACCESS_KEY_ID") or "rehearsal",
            os.environ.get("AWS_SECRET_ACCESS_KEY") or "rehearsal",
            os.environ.get("AWS_SESSION_TOKEN") or None,
        )

    def client(self, service: str) -> Any:
        """botocore's client of a service. Throttled requests are tried again, more slowly."""
        with self._lock:  # making a client is not thread-safe, using one is
            if service not in self._clients:
                self._clients[service] = self._session.create_client(
                    service, region_name=self.region, endpoint_url=self.endpoint, config=_RETRIES
                )
            return self._clients[service]

    @property
    def number(self) -> str:
        """The account's twelve digits."""
        if not self._number:
            self._number = str(self.client("sts").get_caller_identity()["Account"])
        return self._number

    def arn(self, service: str, resource: str) -> str:
        """The ARN of something in this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.number}:{resource}"

    def elsewhere(self, region: str | None) -> "Account":
        """The same account in the region that a resource names for itself."""
        if not region or region == self.region:
            return self
        with self._lock:
            return self._elsewhere.setdefault(region, Account(region, self.default_tags))
