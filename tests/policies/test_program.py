"""The policy pack as the engine starts it."""

import os
import subprocess
import sys
from pathlib import Path

_PACK = Path(__file__).parents[2] / "policies"


def test_flushes_the_port() -> None:
    """pulumi-policy does not flush it, and the engine waits for it forever."""
    shell = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    command = [sys.executable, str(_PACK), "127.0.0.1:9"]
    with subprocess.Popen(command, env=shell, stdout=subprocess.PIPE, text=True) as pack:
        assert pack.stdout
        try:
            assert pack.stdout.readline().strip().isdigit()
        finally:
            pack.kill()
