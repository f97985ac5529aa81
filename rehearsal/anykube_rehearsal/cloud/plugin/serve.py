"""Serves a simulated provider to Pulumi's engine."""

import os
import signal
import sys
from typing import TypeVar

from pulumi.provider.experimental import server

from anykube_rehearsal.cloud.plugin.cloud import Cloud
from anykube_rehearsal.cloud.plugin.provider import Provider

A = TypeVar("A")


def serve(version: str, cloud: Cloud[A]) -> None:
    """Serves until the engine ends the process."""
    # The SDK closes its event loop before its server, which then prints a traceback that Pulumi shows.
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    server.main(sys.argv[1:], version, Provider(cloud))
