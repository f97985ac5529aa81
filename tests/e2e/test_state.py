"""The state of a stack: two runs at once, moved between backends with every secret, and locks that killed runs left.

In our own backend, in Pulumi's file backend, and in that on S3, with a key of KMS: there moto's server stands in for
AWS, and the engine talks to it as to AWS.
"""

import base64
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import httpx2
import psutil
import pytest

from tests.e2e.checkout import Checkout, CommandResult

_PASSPHRASE = "another passphrase than the checkout's"
_KEY = "awskms://alias/anykube-prod-state?region=eu-west-1"


@pytest.fixture(scope="module")
def small(checkout: Checkout) -> Checkout:
    """A stack with few resources and one secret; it is up after the first test."""
    with checkout.edit_settings() as page:
        page["cluster"]["pools"] = {"servers": {"count": 1, "machine": {"cpu": 4, "memory": "8Gi"}}}
        page["apps"] = {
            "web": {"image": "registry.example/web:1.0.0", "replicas": 1, "env": {"TOKEN": {"secret": "web-token"}}}
        }
    return checkout


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a shell says that has its stacks in a folder of this machine."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "state").mkdir()
    (folder / "passphrase").write_text(_PASSPHRASE)
    return {
        "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(folder / "passphrase"),
    }


@pytest.fixture(scope="module")
def amazon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What a shell says that leads to a simulated account, where S3 and KMS answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _until(lambda: _answers(url))
        yield {
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
    finally:
        server.kill()
        server.wait()


def _answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/moto-api/").status_code == httpx2.codes.OK
    except httpx2.TransportError:
        return False


def _until(found: Callable[[], Any], seconds: float = 60.0) -> Any:
    end = time.monotonic() + seconds
    while not (what := found()):
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.02)
    return what


def _make(
    checkout: Checkout, *arguments: str, there: Mapping[str, str] | None = None, ok: bool = True
) -> CommandResult:
    return checkout.run("make", *arguments, environment={**checkout.base_environment, **(there or {})}, ok=ok)


def _pulumi(
    checkout: Checkout, *arguments: str, there: Mapping[str, str] | None = None, ok: bool = True
) -> CommandResult:
    environment = {**checkout.environment, **(there or {})}
    return checkout.run("pulumi", *arguments, "--stack", "local", environment=environment, ok=ok)


def _unchanged(checkout: Checkout, there: Mapping[str, str] | None = None) -> None:
    _pulumi(checkout, "preview", "--expect-no-changes", there=there)


def _resources(checkout: Checkout, there: Mapping[str, str] | None = None) -> list[Any]:
    """With their secrets, in this process only."""
    exported = json.loads(_pulumi(checkout, "stack", "export", "--show-secrets", there=there).out)
    found: list[Any] = exported["deployment"]["resources"]
    return found


def _secret(checkout: Checkout, there: Mapping[str, str] | None = None) -> str:
    return _pulumi(checkout, "config", "get", "web-token", there=there).out.strip()


@contextmanager
def _stopped_at_work(
    checkout: Checkout, locked: Callable[[], Any], there: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], psutil.Process]]:
    """A `make up` whose engine stands still, with the stack in its hands."""
    process = subprocess.Popen(
        ["make", "up"],
        cwd=checkout.folder,
        env={**checkout.base_environment, **(there or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    engine = psutil.Process(_until(locked))
    engine.send_signal(signal.SIGSTOP)
    try:
        yield process, engine
    finally:
        if engine.is_running():
            engine.send_signal(signal.SIGCONT)
        process.wait()


def _own_holder(checkout: Checkout) -> int | None:
    try:
        file = checkout.folder / ".anykube" / "state" / "anykube" / "local" / "update.json"
        return int(json.loads(file.read_text())["engine"]["pid"])
    except (OSError, ValueError):
        return None


def _lock(there: Mapping[str, str]) -> Path | None:
    folder = Path(there["PULUMI_BACKEND_URL"].removeprefix("file://")) / ".pulumi/locks/organization/anykube/local"
    return next(folder.glob("*.json"), None)


def _file_holder(there: Mapping[str, str]) -> int | None:
    try:
        lock = _lock(there)
        return int(json.loads(lock.read_text())["pid"]) if lock else None
    except (OSError, ValueError):
        return None


def test_the_second_of_two_runs_says_who_holds_the_stack_and_since_when(small: Checkout) -> None:
    with _stopped_at_work(small, lambda: _own_holder(small)) as (process, engine):
        second = _make(small, "up", ok=False)
        shown = _make(small, "unlock")
        lock = json.loads((small.folder / ".anykube/state/anykube/local/update.json").read_text())["id"]
        broken = _make(small, "unlock", f"LOCK={lock}", ok=False)
        plain = _pulumi(small, "up", "--yes", "--skip-preview", ok=False)
    at_work = re.compile(rf"on {re.escape(socket.gethostname())} .*\(process {engine.pid}, since 20\d\d-")
    assert second.code != 0
    assert at_work.search(second.err)
    assert f"anykube unlock --stack local --lock {lock}" in second.err
    assert at_work.search(shown.out)
    assert broken.code != 0
    assert "is still running on this machine" in broken.err
    assert plain.code != 0
    assert at_work.search(plain.all)
    assert process.returncode == 0
    _unchanged(small)
    assert _make(small, "unlock").out == ""


def test_a_move_keeps_every_resource_and_every_secret(small: Checkout, elsewhere: dict[str, str]) -> None:
    before, secret, encrypted = _resources(small), _secret(small), small.state()
    assert len(secret) > 20
    encoded = base64.b64encode(secret.encode()).decode()  # as an object of Kubernetes has it
    assert encoded in json.dumps(before)
    said = _make(
        small,
        "migrate",
        f"TO={elsewhere['PULUMI_BACKEND_URL']}",
        f"PASSPHRASE_FILE={elsewhere['PULUMI_CONFIG_PASSPHRASE_FILE']}",
    )
    assert f"{len(before)} resources and" in said.err
    assert f"export PULUMI_BACKEND_URL={elsewhere['PULUMI_BACKEND_URL']}" in said.out
    assert _resources(small, elsewhere) == before
    assert _secret(small, elsewhere) == secret
    _unchanged(small, elsewhere)
    assert secret not in said.all
    folders = (small.folder, Path(elsewhere["PULUMI_BACKEND_URL"].removeprefix("file://")))
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file() and not file.is_symlink()]
    written = [file for file in files if file.stat().st_size < 5_000_000 and "/venv/" not in str(file)]
    assert len(written) > 50
    # etcd is the cluster's own, and has the Secret as any cluster has it.
    others = [file.read_bytes() for file in written if ".anykube/local/" not in str(file)]
    assert not any(plain.encode() in content for content in others for plain in (secret, encoded))
    there = _pulumi(small, "stack", "export", there=elsewhere).out
    ciphers = set(re.findall(r'"ciphertext": ?"([^"]+)"', encrypted))
    assert ciphers
    assert not ciphers & set(re.findall(r'"ciphertext": ?"([^"]+)"', there))
    assert not any(cipher in file.read_text(errors="ignore") for file in written if file.is_relative_to(folders[1])
                   for cipher in ciphers)  # fmt: skip
    wrong = _pulumi(small, "stack", "export", "--show-secrets",
                    there={"PULUMI_BACKEND_URL": elsewhere["PULUMI_BACKEND_URL"]}, ok=False)  # fmt: skip
    assert wrong.code != 0


def test_no_run_begins_on_what_a_move_left(small: Checkout, elsewhere: dict[str, str]) -> None:
    before = small.state()
    knowing = {"PULUMI_CONFIG_PASSPHRASE_FILE": elsewhere["PULUMI_CONFIG_PASSPHRASE_FILE"]}
    plain = _pulumi(small, "up", "--yes", "--skip-preview", there=knowing, ok=False)
    for said in (_make(small, "up", ok=False), _make(small, "destroy", ok=False), plain):
        assert said.code != 0
        assert f"was moved to {elsewhere['PULUMI_BACKEND_URL']}" in said.all
        assert "Traceback" not in said.all
    assert small.state() == before


def test_a_lock_in_a_folder_is_explained_and_broken_only_when_its_process_is_gone(
    small: Checkout, elsewhere: dict[str, str]
) -> None:
    with small.edit_settings() as page:
        page["apps"]["web"]["image"] = "registry.example/web:1.0.1"
    with _stopped_at_work(small, lambda: _file_holder(elsewhere), elsewhere) as (_, engine):
        lock = _lock(elsewhere)
        assert lock
        second = _make(small, "up", there=elsewhere, ok=False)
        broken = _make(small, "unlock", f"LOCK={lock.stem}", there=elsewhere, ok=False)
        assert lock.exists()
        engine.kill()
    assert second.code != 0
    assert re.search(rf"process {engine.pid}, since 20.*anykube unlock --stack local --lock {lock.stem}", second.err)
    assert "is still running on this machine" in broken.err
    assert lock.exists()
    assert "its process is gone" in _make(small, "unlock", there=elsewhere).out
    again = _make(small, "up", there=elsewhere)
    assert re.search(rf"Removed the lock of .* on .* \(process {engine.pid}", again.err)
    assert not lock.exists()
    _unchanged(small, elsewhere)
    lock.write_text(
        json.dumps({"pid": 4, "username": "mo", "hostname": "runner-7", "timestamp": "2026-11-26T10:11:12Z"})
    )
    refused = _make(small, "up", there=elsewhere, ok=False)
    assert "mo on runner-7 (process 4, since 2026-11-26" in refused.err
    assert "Traceback" not in refused.all
    assert lock.exists()
    _make(small, "unlock", f"LOCK={lock.stem}", there=elsewhere)
    assert not lock.exists()


def test_a_secret_that_a_manager_keeps_reaches_the_app_and_no_file(
    small: Checkout, elsewhere: dict[str, str], amazon: dict[str, str]
) -> None:
    value, there = "Wren-7436-kept", {**elsewhere, **amazon}
    manager = _client(amazon, "secretsmanager")
    absent = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/absent"
    with small.edit_settings() as page:
        page["secrets"] = {"web-token": absent}
    failed = _make(small, "up", there=there, ok=False)
    assert f"the secret web-token cannot be read from {absent}" in failed.all
    assert "Traceback" not in failed.all
    with small.edit_settings() as page:
        page["secrets"] = {"web-token": manager.create_secret(Name="shop/token", SecretString=value)["ARN"]}
    said = _make(small, "up", there=there)
    (secret,) = small.get("secret", "-n", "demo", "-l", "app.kubernetes.io/name=web")
    assert base64.b64decode(secret["data"]["TOKEN"]).decode() == value
    _unchanged(small, there)
    exported = _pulumi(small, "stack", "export", there=there).out
    assert value not in said.all + exported
    assert base64.b64encode(value.encode()).decode() not in said.all + exported
    with small.edit_settings() as page:
        del page["secrets"]
    _make(small, "up", there=elsewhere)


def test_to_a_bucket_with_a_key_and_back(small: Checkout, elsewhere: dict[str, str], amazon: dict[str, str]) -> None:
    """`make backend` of aws-prod makes both; a stack on this machine is what can be up here."""
    made = _make(small, "backend", "STACK=aws-prod", there=amazon)
    again = _make(small, "backend", "STACK=aws-prod", there=amazon)
    assert "nothing to change" in again.err
    assert made.out == again.out
    (bucket,) = re.findall(r"^export PULUMI_BACKEND_URL='(s3://\S+)'$", made.out, re.M)
    assert f"--secrets-provider='{_KEY}'" in made.out
    _let_plain_http_in(amazon, bucket)
    before, secret = _resources(small, elsewhere), _secret(small, elsewhere)
    said = _make(small, "migrate", f"TO={bucket}", f"SECRETS={_KEY}", there={**elsewhere, **amazon})
    assert secret not in said.all
    there = {**amazon, "PULUMI_BACKEND_URL": bucket, "PULUMI_CONFIG_PASSPHRASE_FILE": os.devnull}
    assert _resources(small, there) == before
    assert _secret(small, there) == secret
    assert f"secretsprovider: {_KEY}" in (small.folder / "stacks/Pulumi.local.yaml").read_text()
    removed = _make(small, "migrate", f"TO={bucket}", "REMOVE_OLD=1", there={**elsewhere, **amazon})
    assert "Removed the old copy of local from file://" in removed.err
    with small.edit_settings() as page:
        page["apps"]["web"]["image"] = "registry.example/web:1.0.2"
    with _stopped_at_work(small, lambda: _bucket_holder(small, there), there) as (_, engine):
        second = _make(small, "up", there=there, ok=False)
        engine.kill()
    assert re.search(rf"process {engine.pid}, since 20", second.err)
    assert re.search(rf"Removed the lock of .*process {engine.pid}", _make(small, "up", there=there).err)
    _unchanged(small, there)
    changed = _resources(small, there)
    own = {name: value for name, value in there.items() if name != "PULUMI_CONFIG_PASSPHRASE_FILE"}
    file = str(small.folder / ".anykube" / "passphrase")
    _make(small, "migrate", "TO=own", "SECRETS=passphrase", f"PASSPHRASE_FILE={file}", there=own)
    assert _resources(small) == changed
    assert _secret(small) == secret
    _unchanged(small)
    _make(small, "destroy")


def _let_plain_http_in(amazon: Mapping[str, str], url: str) -> None:
    """Without the bucket's policy: by that only TLS is let in, and the simulated account does not speak it."""
    _client(amazon, "s3").delete_bucket_policy(Bucket=urlsplit(url).netloc)


def _client(amazon: Mapping[str, str], service: str) -> Any:
    return boto3.client(
        service,
        region_name="eu-west-1",
        endpoint_url=amazon["AWS_ENDPOINT_URL"],
        aws_access_key_id=amazon["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=amazon["AWS_SECRET_ACCESS_KEY"],
    )


def _bucket_holder(checkout: Checkout, there: Mapping[str, str]) -> int | None:
    """As `make unlock` shows it."""
    python = ".anykube/venv/bin/python"
    environment = {**checkout.base_environment, **there}
    said = checkout.run(python, "-m", "anykube_cli", "unlock", "-s", "local", environment=environment)
    found = re.search(r"process (\d+)", said.out)
    return int(found[1]) if found else None
