"""Starts, finds and ends the account's process, from any program of this user."""

from sandbox.cloud.process import AccountError as AccountError
from sandbox.cloud.process import Process

_PROCESS = Process("sandbox.aws.account", "AWS")
start = _PROCESS.start
url = _PROCESS.url
stop = _PROCESS.stop
