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
def small_stack(checkout: Checkout) -> Checkout:
    """A stack with few resources and one secret; it is up after the first test."""
    with checkout.edit_settings() as settings:
        settings["cluster"]["pools"] = {"servers": {"count": 1, "machine": {"cpu": 4, "memory": "8Gi"}}}
        settings["apps"] = {
            "web": {"image": "registry.example/web:1.0.0", "replicas": 1, "env": {"TOKEN": {"secret": "web-token"}}}
        }
    return checkout


@pytest.fixture(scope="module")
def file_backend(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a shell says that has its stacks in a folder of this machine."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "state").mkdir()
    (folder / "passphrase").write_text(_PASSPHRASE)
    return {
        "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(folder / "passphrase"),
    }


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
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


def _until(condition: Callable[[], Any], seconds: float = 60.0) -> Any:
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.02)
    return value


def _make(
    checkout: Checkout, *arguments: str, environment: Mapping[str, str] | None = None, ok: bool = True
) -> CommandResult:
    return checkout.run("make", *arguments, environment={**checkout.base_environment, **(environment or {})}, ok=ok)


def _pulumi(
    checkout: Checkout, *arguments: str, environment: Mapping[str, str] | None = None, ok: bool = True
) -> CommandResult:
    environment = {**checkout.environment, **(environment or {})}
    return checkout.run("pulumi", *arguments, "--stack", "local", environment=environment, ok=ok)


def _unchanged(checkout: Checkout, environment: Mapping[str, str] | None = None) -> None:
    _pulumi(checkout, "preview", "--expect-no-changes", environment=environment)


def _resources(checkout: Checkout, environment: Mapping[str, str] | None = None) -> list[Any]:
    """With their secrets, in this process only."""
    exported = json.loads(_pulumi(checkout, "stack", "export", "--show-secrets", environment=environment).out)
    resources: list[Any] = exported["deployment"]["resources"]
    return resources


def _secret(checkout: Checkout, environment: Mapping[str, str] | None = None) -> str:
    return _pulumi(checkout, "config", "get", "web-token", environment=environment).out.strip()


@contextmanager
def _stopped_at_work(
    checkout: Checkout, locked: Callable[[], Any], environment: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], psutil.Process]]:
    """A `make up` whose engine stands still, with the stack in its hands."""
    process = subprocess.Popen(
        ["make", "up"],
        cwd=checkout.folder,
        env={**checkout.base_environment, **(environment or {})},
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


def _lock(environment: Mapping[str, str]) -> Path | None:
    folder = (
        Path(environment["PULUMI_BACKEND_URL"].removeprefix("file://")) / ".pulumi/locks/organization/anykube/local"
    )
    return next(folder.glob("*.json"), None)


def _file_holder(environment: Mapping[str, str]) -> int | None:
    try:
        lock = _lock(environment)
        return int(json.loads(lock.read_text())["pid"]) if lock else None
    except (OSError, ValueError):
        return None


def test_concurrent_run_names_the_lock_holder(small_stack: Checkout) -> None:
    with _stopped_at_work(small_stack, lambda: _own_holder(small_stack)) as (process, engine):
        second = _make(small_stack, "up", ok=False)
        shown = _make(small_stack, "unlock")
        lock = json.loads((small_stack.folder / ".anykube/state/anykube/local/update.json").read_text())["id"]
        unlock = _make(small_stack, "unlock", f"LOCK={lock}", ok=False)
        plain_up = _pulumi(small_stack, "up", "--yes", "--skip-preview", ok=False)
    at_work = re.compile(rf"on {re.escape(socket.gethostname())} .*\(process {engine.pid}, since 20\d\d-")
    assert second.code != 0
    assert at_work.search(second.err)
    assert f"anykube unlock --stack local --lock {lock}" in second.err
    assert at_work.search(shown.out)
    assert unlock.code != 0
    assert "is still running on this machine" in unlock.err
    assert plain_up.code != 0
    assert at_work.search(plain_up.all)
    assert process.returncode == 0
    _unchanged(small_stack)
    assert _make(small_stack, "unlock").out == ""


def test_migration_keeps_resources_and_secrets(small_stack: Checkout, file_backend: dict[str, str]) -> None:
    before, secret, encrypted = _resources(small_stack), _secret(small_stack), small_stack.state()
    assert len(secret) > 20
    encoded = base64.b64encode(secret.encode()).decode()  # as an object of Kubernetes has it
    assert encoded in json.dumps(before)
    result = _make(
        small_stack,
        "migrate",
        f"TO={file_backend['PULUMI_BACKEND_URL']}",
        f"PASSPHRASE_FILE={file_backend['PULUMI_CONFIG_PASSPHRASE_FILE']}",
    )
    assert f"{len(before)} resources and" in result.err
    assert f"export PULUMI_BACKEND_URL={file_backend['PULUMI_BACKEND_URL']}" in result.out
    assert _resources(small_stack, file_backend) == before
    assert _secret(small_stack, file_backend) == secret
    _unchanged(small_stack, file_backend)
    assert secret not in result.all
    folders = (small_stack.folder, Path(file_backend["PULUMI_BACKEND_URL"].removeprefix("file://")))
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file() and not file.is_symlink()]
    written = [file for file in files if file.stat().st_size < 5_000_000 and "/venv/" not in str(file)]
    assert len(written) > 50
    # etcd is the cluster's own, and has the Secret as any cluster has it.
    others = [file.read_bytes() for file in written if ".anykube/local/" not in str(file)]
    assert not any(text.encode() in content for content in others for text in (secret, encoded))
    moved_state = _pulumi(small_stack, "stack", "export", environment=file_backend).out
    ciphers = set(re.findall(r'"ciphertext": ?"([^"]+)"', encrypted))
    assert ciphers
    assert not ciphers & set(re.findall(r'"ciphertext": ?"([^"]+)"', moved_state))
    assert not any(cipher in file.read_text(errors="ignore") for file in written if file.is_relative_to(folders[1])
                   for cipher in ciphers)  # fmt: skip
    wrong = _pulumi(small_stack, "stack", "export", "--show-secrets",
                    environment={"PULUMI_BACKEND_URL": file_backend["PULUMI_BACKEND_URL"]}, ok=False)  # fmt: skip
    assert wrong.code != 0


def test_rejects_runs_on_a_migrated_stack(small_stack: Checkout, file_backend: dict[str, str]) -> None:
    before = small_stack.state()
    passphrase = {"PULUMI_CONFIG_PASSPHRASE_FILE": file_backend["PULUMI_CONFIG_PASSPHRASE_FILE"]}
    plain_up = _pulumi(small_stack, "up", "--yes", "--skip-preview", environment=passphrase, ok=False)
    for result in (_make(small_stack, "up", ok=False), _make(small_stack, "destroy", ok=False), plain_up):
        assert result.code != 0
        assert f"was moved to {file_backend['PULUMI_BACKEND_URL']}" in result.all
        assert "Traceback" not in result.all
    assert small_stack.state() == before


def test_breaks_a_file_lock_only_if_its_process_is_gone(small_stack: Checkout, file_backend: dict[str, str]) -> None:
    with small_stack.edit_settings() as settings:
        settings["apps"]["web"]["image"] = "registry.example/web:1.0.1"
    with _stopped_at_work(small_stack, lambda: _file_holder(file_backend), file_backend) as (_, engine):
        lock = _lock(file_backend)
        assert lock
        second = _make(small_stack, "up", environment=file_backend, ok=False)
        unlock = _make(small_stack, "unlock", f"LOCK={lock.stem}", environment=file_backend, ok=False)
        assert lock.exists()
        engine.kill()
    assert second.code != 0
    assert re.search(rf"process {engine.pid}, since 20.*anykube unlock --stack local --lock {lock.stem}", second.err)
    assert "is still running on this machine" in unlock.err
    assert lock.exists()
    assert "its process is gone" in _make(small_stack, "unlock", environment=file_backend).out
    second_run = _make(small_stack, "up", environment=file_backend)
    assert re.search(rf"Removed the lock of .* on .* \(process {engine.pid}", second_run.err)
    assert not lock.exists()
    _unchanged(small_stack, file_backend)
    lock.write_text(
        json.dumps({"pid": 4, "username": "mo", "hostname": "runner-7", "timestamp": "2026-11-26T10:11:12Z"})
    )
    refused = _make(small_stack, "up", environment=file_backend, ok=False)
    assert "mo on runner-7 (process 4, since 2026-11-26" in refused.err
    assert "Traceback" not in refused.all
    assert lock.exists()
    _make(small_stack, "unlock", f"LOCK={lock.stem}", environment=file_backend)
    assert not lock.exists()


def test_secret_of_a_secret_manager_is_in_no_file(
    small_stack: Checkout, file_backend: dict[str, str], aws: dict[str, str]
) -> None:
    value, environment = "Wren-7436-kept", {**file_backend, **aws}
    manager = _client(aws, "secretsmanager")
    absent = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/absent"
    with small_stack.edit_settings() as settings:
        settings["secrets"] = {"web-token": absent}
    failed = _make(small_stack, "up", environment=environment, ok=False)
    assert f"the secret web-token cannot be read from {absent}" in failed.all
    assert "Traceback" not in failed.all
    with small_stack.edit_settings() as settings:
        settings["secrets"] = {"web-token": manager.create_secret(Name="shop/token", SecretString=value)["ARN"]}
    result = _make(small_stack, "up", environment=environment)
    (secret,) = small_stack.get("secret", "-n", "demo", "-l", "app.kubernetes.io/name=web")
    assert base64.b64decode(secret["data"]["TOKEN"]).decode() == value
    _unchanged(small_stack, environment)
    exported = _pulumi(small_stack, "stack", "export", environment=environment).out
    assert value not in result.all + exported
    assert base64.b64encode(value.encode()).decode() not in result.all + exported
    with small_stack.edit_settings() as settings:
        del settings["secrets"]
    _make(small_stack, "up", environment=file_backend)


def test_migrates_to_s3_with_kms_and_back(
    small_stack: Checkout, file_backend: dict[str, str], aws: dict[str, str]
) -> None:
    """`make backend` of aws-prod makes both; a stack on this machine is what can be up here."""
    created = _make(small_stack, "backend", "STACK=aws-prod", environment=aws)
    second_run = _make(small_stack, "backend", "STACK=aws-prod", environment=aws)
    assert "nothing to change" in second_run.err
    assert created.out == second_run.out
    (bucket,) = re.findall(r"^export PULUMI_BACKEND_URL='(s3://\S+)'$", created.out, re.M)
    assert f"--secrets-provider='{_KEY}'" in created.out
    _let_plain_http_in(aws, bucket)
    before, secret = _resources(small_stack, file_backend), _secret(small_stack, file_backend)
    result = _make(small_stack, "migrate", f"TO={bucket}", f"SECRETS={_KEY}", environment={**file_backend, **aws})
    assert secret not in result.all
    environment = {**aws, "PULUMI_BACKEND_URL": bucket, "PULUMI_CONFIG_PASSPHRASE_FILE": os.devnull}
    assert _resources(small_stack, environment) == before
    assert _secret(small_stack, environment) == secret
    assert f"secretsprovider: {_KEY}" in (small_stack.folder / "stacks/Pulumi.local.yaml").read_text()
    removed = _make(small_stack, "migrate", f"TO={bucket}", "REMOVE_OLD=1", environment={**file_backend, **aws})
    assert "Removed the old copy of local from file://" in removed.err
    with small_stack.edit_settings() as settings:
        settings["apps"]["web"]["image"] = "registry.example/web:1.0.2"
    with _stopped_at_work(small_stack, lambda: _bucket_holder(small_stack, environment), environment) as (_, engine):
        second = _make(small_stack, "up", environment=environment, ok=False)
        engine.kill()
    assert re.search(rf"process {engine.pid}, since 20", second.err)
    assert re.search(
        rf"Removed the lock of .*process {engine.pid}", _make(small_stack, "up", environment=environment).err
    )
    _unchanged(small_stack, environment)
    changed = _resources(small_stack, environment)
    environment_without_passphrase = {
        name: value for name, value in environment.items() if name != "PULUMI_CONFIG_PASSPHRASE_FILE"
    }
    file = str(small_stack.folder / ".anykube" / "passphrase")
    _make(
        small_stack,
        "migrate",
        "TO=own",
        "SECRETS=passphrase",
        f"PASSPHRASE_FILE={file}",
        environment=environment_without_passphrase,
    )
    assert _resources(small_stack) == changed
    assert _secret(small_stack) == secret
    _unchanged(small_stack)
    _make(small_stack, "destroy")


def _let_plain_http_in(aws: Mapping[str, str], url: str) -> None:
    """Without the bucket's policy: by that only TLS is let in, and the simulated account does not speak it."""
    _client(aws, "s3").delete_bucket_policy(Bucket=urlsplit(url).netloc)


def _client(aws: Mapping[str, str], service: str) -> Any:
    return boto3.client(
        service,
        region_name="eu-west-1",
        endpoint_url=aws["AWS_ENDPOINT_URL"],
        aws_access_key_id=aws["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=aws["AWS_SECRET_ACCESS_KEY"],
    )


def _bucket_holder(checkout: Checkout, environment: Mapping[str, str]) -> int | None:
    """As `make unlock` shows it."""
    python = ".anykube/venv/bin/python"
    environment = {**checkout.base_environment, **environment}
    result = checkout.run(python, "-m", "anykube_cli", "unlock", "-s", "local", environment=environment)
    match = re.search(r"process (\d+)", result.out)
    return int(match[1]) if match else None
