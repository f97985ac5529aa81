"""Starts, finds and stops the account's process, from any process of this user."""

from anykube_rehearsal.cloud.process import Process

_PROCESS = Process("anykube_rehearsal.gcp.account", "Google Cloud")
start = _PROCESS.start
url = _PROCESS.url
stop = _PROCESS.stop
