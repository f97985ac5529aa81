"""Starts, finds and stops the account's process. Works from any program of the same user."""

from anykube_rehearsal.cloud.process import AccountError as AccountError
from anykube_rehearsal.cloud.process import Process

_PROCESS = Process("anykube_rehearsal.aws.account", "AWS")
start = _PROCESS.start
url = _PROCESS.url
stop = _PROCESS.stop
