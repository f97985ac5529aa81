"""Lists objects from a server on loopback, with every form of kubeconfig that Anykube creates or a user may have."""

import base64
import json
import os
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from anykube._clusters.aks.kubeconfig import kubeconfig as aks
from anykube._clusters.existing.kubeconfig import read
from anykube._clusters.gke.kubeconfig import kubeconfig as gke
from anykube_cli import kubeconfig as module
from anykube_cli.cluster_api import CONTROLLER_REVISIONS, GATEWAYS, NODES, PODS, ClusterApi
from anykube_cli.kubeconfig import UnreachableError
from anykube_cli.live import read_cluster

from tests.operations.api_server import ApiServer, serve

_NODE = {"metadata": {"name": "n1"}}
_PODS = "/api/v1/pods"


@pytest.fixture
def server(api_server: ApiServer) -> ApiServer:
    api_server.add("/api/v1/nodes", [_NODE])
    return api_server


def _plugin(folder: Path, name: str, status: dict[str, Any], extra: str = "") -> Path:
    """A program that prints an ExecCredential and records its arguments and environment."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(
        f"#!{sys.executable}\nimport json, os, sys\n{extra}\n"
        f"call = [sys.argv[1:], json.loads(os.environ['KUBERNETES_EXEC_INFO']), os.environ.get('FROM_KUBECONFIG')]\n"
        f"json.dump(call, open({str(file)!r} + '.call', 'w'))\n"
        f"print(json.dumps({{'kind': 'ExecCredential', 'status': {status!r}}}))\n"
    )
    file.chmod(0o700)
    return file


def _call(plugin: Path) -> Any:
    return json.loads(Path(f"{plugin}.call").read_text())


def _nodes(kubeconfig: str) -> list[Any]:
    with ClusterApi(kubeconfig) as api:
        return api.items(NODES)


def test_a_token(server: ApiServer) -> None:
    assert _nodes(server.kubeconfig({"token": "valid"})) == [_NODE]
    with pytest.raises(UnreachableError, match="cannot list objects of kind Node: Unauthorized"):
        _nodes(server.kubeconfig({"token": "wrong"}))


def test_a_client_certificate_in_data_leaves_no_file(
    server: ApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    encoded = {
        "client-certificate-data": base64.b64encode(server.client.certificate.encode()).decode(),
        "client-key-data": base64.b64encode(server.client.key.encode()).decode(),
    }
    assert _nodes(server.kubeconfig(encoded)) == [_NODE]
    assert list(folder.iterdir()) == []


def test_rejects_an_untrusted_server(server: ApiServer) -> None:
    document = json.loads(server.kubeconfig({"token": "valid"}))
    del document["clusters"][0]["cluster"]["certificate-authority-data"]
    with pytest.raises(
        UnreachableError, match=r"the cluster at https://127\.0\.0\.1:\d+ does not respond: .*certificate"
    ):
        _nodes(json.dumps(document))
    document["clusters"][0]["cluster"]["insecure-skip-tls-verify"] = True
    assert _nodes(json.dumps(document)) == [_NODE]


def test_the_token_of_a_managed_cluster(server: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `anykube` on PATH: the plugin of its kubeconfig is the command that runs."""
    monkeypatch.setenv("PATH", os.devnull)
    monkeypatch.setenv("GOOGLE_OAUTH_ACCESS_TOKEN", "valid")
    assert _nodes(gke("shop", server.url, server.authority)) == [_NODE]
    monkeypatch.setenv("GOOGLE_OAUTH_ACCESS_TOKEN", "another")
    with pytest.raises(UnreachableError, match="Unauthorized"):
        _nodes(gke("shop", server.url, server.authority))


def test_reports_a_failed_login(server: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARM_TENANT_ID", raising=False)
    monkeypatch.setenv("ARM_CLIENT_SECRET", "secret")
    credentials = {"clusters": [{"cluster": {"server": server.url, **server.trust}}]}
    text = aks("shop", base64.b64encode(json.dumps(credentials).encode()).decode(), "subscription")
    with pytest.raises(UnreachableError, match="ARM_TENANT_ID is not set") as raised:
        _nodes(text)
    assert "secret" not in str(raised.value)


def _exec(plugin: Path | str, **fields: Any) -> dict[str, Any]:
    return {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": str(plugin), **fields}}


def test_a_plugin_may_return_a_certificate_and_gets_variables(server: ApiServer, tmp_path: Path) -> None:
    status = {"clientCertificateData": server.client.certificate, "clientKeyData": server.client.key}
    plugin = _plugin(tmp_path / "bin", "tsh", status)
    user = _exec(plugin, env=[{"name": "FROM_KUBECONFIG", "value": "x"}], args=None)
    assert _nodes(server.kubeconfig(user)) == [_NODE]
    assert _call(plugin)[2] == "x"


def test_renews_an_expired_token(server: ApiServer, tmp_path: Path) -> None:
    plugin = _plugin(tmp_path / "bin", "aws", {"token": "first"})
    server.tokens = {"first"}
    with ClusterApi(server.kubeconfig(_exec(plugin))) as api:
        assert api.items(NODES) == [_NODE]
        server.tokens = {"second"}
        _plugin(tmp_path / "bin", "aws", {"token": "second"})
        assert api.items(NODES) == [_NODE]
        server.tokens = set()
        with pytest.raises(UnreachableError, match="Unauthorized"):
            api.items(NODES)


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("sys.exit('log in first')", r"aws failed: log in first"),
        ("print('{}'); sys.exit()", r"aws did not print an ExecCredential"),
        ("import time; time.sleep(30)", r"aws did not finish within 1 s"),
    ],
)
def test_reports_a_failing_plugin(
    server: ApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, message: str
) -> None:
    monkeypatch.setattr(module, "_PLUGIN_SECONDS", 1.0)
    plugin = _plugin(tmp_path / "bin", "aws", {}, program)
    with pytest.raises(UnreachableError, match=message):
        _nodes(server.kubeconfig(_exec(plugin)))


def test_reports_a_missing_plugin_with_its_hint(server: ApiServer) -> None:
    with pytest.raises(UnreachableError, match=r"^no-such-plugin is not installed\. Get it at example\.com$"):
        _nodes(server.kubeconfig(_exec("no-such-plugin", installHint="Get it at example.com")))


def test_a_kubeconfig_file_with_impersonation(server: ApiServer, tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(server.kubeconfig({"token": "valid", "as": "deployer", "as-groups": ["a", "b"]}))
    assert _nodes(read(file, None).kubeconfig) == [_NODE]
    headers = server.requests[-1].headers
    assert headers["Impersonate-User"] == "deployer"
    assert headers.getlist("Impersonate-Group") == ["a", "b"] or headers["Impersonate-Group"] == "a,b"


def test_tls_server_name(tmp_path: Path) -> None:
    with serve(tmp_path, "kube.example.com") as api:
        api.add("/api/v1/nodes", [_NODE])
        with pytest.raises(UnreachableError, match="does not respond"):
            _nodes(api.kubeconfig({"token": "valid"}))
        assert _nodes(api.kubeconfig({"token": "valid"}, **{"tls-server-name": "kube.example.com"})) == [_NODE]


def test_uses_a_proxy_only_for_other_hosts(server: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", ".internal")
    assert _nodes(server.kubeconfig({"token": "valid"})) == [_NODE]
    assert module._proxy({"server": "https://kube.example.com"}) == "http://127.0.0.1:9"
    assert module._proxy({"server": "https://kube.internal"}) is None
    with pytest.raises(UnreachableError, match="does not respond"):
        _nodes(server.kubeconfig({"token": "valid"}, **{"proxy-url": "http://127.0.0.1:9"}))


def test_reports_a_refused_connection() -> None:
    with socket.socket() as server_socket:
        server_socket.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{server_socket.getsockname()[1]}"
        with pytest.raises(UnreachableError, match=f"the cluster at {url} does not respond: .*refused"):
            read_cluster(_kubeconfig(url))


def test_reports_a_server_that_never_responds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READ_SECONDS", 0.3)
    monkeypatch.setattr(module, "CONNECT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(UnreachableError, match=r"does not respond: .*timed out"):
            _nodes(_kubeconfig(url))


def _kubeconfig(url: str) -> str:
    return json.dumps(
        {
            "current-context": "c",
            "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
            "clusters": [{"name": "k", "cluster": {"server": url}}],
            "users": [{"name": "u", "user": {"token": "x"}}],
        }
    )


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"current-context": "c", "contexts": []}', ":"])
def test_rejects_an_invalid_kubeconfig(text: str) -> None:
    with pytest.raises(UnreachableError, match="cannot use the kubeconfig"):
        ClusterApi(text)


def test_selectors_and_namespaces(server: ApiServer) -> None:
    server.add(_PODS, [])
    server.add("/apis/apps/v1/namespaces/shop/controllerrevisions", [])
    with ClusterApi(server.kubeconfig({"token": "valid"})) as api:
        assert api.items(PODS, labels={"a/b": "c"}, fields={"type": "Warning"}) == []
        assert server.requests[-1].args.to_dict() == {"labelSelector": "a/b=c", "fieldSelector": "type=Warning"}
        assert api.items(CONTROLLER_REVISIONS, namespace="shop") == []
        assert server.requests[-1].path == "/apis/apps/v1/namespaces/shop/controllerrevisions"


def test_a_kind_that_is_not_served(server: ApiServer) -> None:
    with ClusterApi(server.kubeconfig({"token": "valid"})) as api:
        assert api.items(GATEWAYS, optional=True) == []
        with pytest.raises(UnreachableError, match=r"cannot list objects of kind Gateway: .*404"):
            api.items(GATEWAYS)
