"""A local stack exposes nothing to other users of the machine or to readers of state and logs."""

import base64
import json

import psutil
import pytest

from tests.e2e.checkout import Checkout, CommandResult


@pytest.fixture(scope="module")
def deployed(checkout: Checkout) -> CommandResult:
    return checkout.make("up")


def test_everything_listens_on_loopback_only(checkout: Checkout, deployed: CommandResult) -> None:
    listening = [
        connection
        for process in checkout.processes()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 6
    assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}


def test_files_are_readable_by_their_owner_only(checkout: Checkout, deployed: CommandResult) -> None:
    state = checkout.folder / ".anykube"
    # The engine writes its state with the umask that it has: nobody else gets into the folders above it.
    private = [state, state / "state", state / "passphrase", *(state / "local").rglob("*")]
    open_to_others = [path for path in private if not path.is_symlink() and path.stat().st_mode & 0o077]
    assert open_to_others == []
    assert list((state / "tmp").rglob("kubeconfig*")) == []
    assert list((state / "tmp").rglob("events")) == []


def test_no_secret_in_plaintext(checkout: Checkout, deployed: CommandResult) -> None:
    kubeconfig = json.loads(checkout.pulumi("stack", "output", "kubeconfig", "--show-secrets", "--stack", "local").out)
    (tls,) = checkout.get("secrets", "-n", "demo", "--field-selector", "metadata.name=web-tls")
    (env,) = checkout.get("secrets", "-n", "demo", "--field-selector", "metadata.name=web-env")
    encoded = {kubeconfig["users"][0]["user"]["client-key-data"], tls["data"]["tls.key"], *env["data"].values()}
    secrets = encoded | {base64.b64decode(text).decode() for text in encoded}
    # A key appears escaped in JSON, and in parts in a wrapped log: its lines count, too.
    secrets |= {line for text in secrets for line in text.splitlines() if len(line) > 20 and "-----" not in line}
    assert len(secrets) > 6

    with checkout.edit_settings() as settings:
        settings["apps"]["web"]["env"]["MORE"] = {"secret": "web-session-key"}
    outputs = {
        "preview": checkout.pulumi("preview", "--diff", "--stack", "local").all,
        "first up": deployed.all,
        "second up": checkout.pulumi("up", "--yes", "--skip-preview", "--diff", "--stack", "local").all,
        "state": checkout.state(),
        "show": checkout.make("show").all,
        "details": checkout.pulumi("stack", "--show-urns", "--stack", "local").all,
        "files of the state": _files(checkout, "state"),
        "durations": _files(checkout, "durations"),
    }
    assert "create kubernetes:apps/v1:Deployment::web-deployment" in outputs["durations"]
    leaking = [name for name, text in outputs.items() if any(secret in text for secret in secrets)]
    assert leaking == []


def _files(checkout: Checkout, folder: str) -> str:
    """All that is written below that folder of `.anykube`."""
    files = (file for file in (checkout.folder / ".anykube" / folder).rglob("*") if file.is_file())
    return "".join(file.read_text(errors="replace") for file in files)
