"""Starts, finds and ends the account's process, from any program of this user."""

from sandbox.cloud.process import Process

_PROCESS = Process("sandbox.gcp.account", "Google Cloud")
start = _PROCESS.start
url = _PROCESS.url
stop = _PROCESS.stop
