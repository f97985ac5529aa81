"""Connects lightkube to the cluster of a kubeconfig in memory.

lightkube runs only exec plugins of v1beta1, takes only tokens from them, and ignores `tls-server-name`, `proxy-url` and
`as`. This module adds these: https://github.com/gtsystem/lightkube/blob/master/src/lightkube/config/
"""

import base64
import json
import os
import ssl
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2
import yaml
from lightkube import Client, KubeConfig
from lightkube.config import client_adapter
from lightkube.config.kubeconfig import SingleConfig
from lightkube.core.exceptions import ConfigError
from msgspec import MsgspecError

Json = dict[str, Any]

CONNECT_SECONDS = 10.0
PROBE_SECONDS = 8.0
"""For a connection across continents. A firewall that drops packets uses up all of them."""
READ_SECONDS = 60.0
"""A busy API server needs several seconds to list thousands of pods."""
_TIMEOUT = httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
_PLUGIN_SECONDS = 60.0
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class UnreachableError(Exception):
    """The API server or its credential plugin does not respond, or denies access. The text says why."""


def connect(kubeconfig: str) -> Client:
    """Returns a lightkube client for the current context of a kubeconfig in YAML or JSON.

    Raises UnreachableError if the kubeconfig is invalid or its exec plugin fails.
    """
    config, transport = _connection(kubeconfig)
    return Client(config, timeout=_TIMEOUT, trust_env=False, transport=transport)


def session(kubeconfig: str) -> httpx2.Client:
    """Returns an HTTP client for the API server, for requests that lightkube cannot express. Threads may share it.

    Raises UnreachableError if the kubeconfig is invalid or its exec plugin fails.
    """
    config, transport = _connection(kubeconfig)
    return client_adapter.Client(
        config, client_adapter.ConnectionParams(timeout=_TIMEOUT, trust_env=False, transport=transport)
    )


def probe(kubeconfig: str) -> None:
    """Opens a TCP and TLS connection to the API server, without credentials. Any response will do.

    Raises UnreachableError if there is none within PROBE_SECONDS.
    """
    try:
        cluster, _ = _current(yaml.safe_load(kubeconfig))
        transport = _Transport(_config(cluster, {}), cluster, {})
    except (yaml.YAMLError, ConfigError, MsgspecError, AttributeError, LookupError, TypeError, ValueError, OSError):
        raise UnreachableError("cannot use the kubeconfig of the cluster") from None
    with httpx2.Client(transport=transport, timeout=PROBE_SECONDS, trust_env=False) as client:
        try:
            client.get(f"{cluster['server']}/version")
        except httpx2.HTTPError as error:
            reason = "nothing answers" if isinstance(error, httpx2.TimeoutException) else str(error)
            raise UnreachableError(f"cannot connect to {cluster['server']}: {reason}") from error


def _connection(kubeconfig: str) -> "tuple[SingleConfig, _Transport]":
    """lightkube writes certificates and keys to files of mode 0600 and removes them once OpenSSL has read them."""
    try:
        cluster, user = _current(yaml.safe_load(kubeconfig))
        if plugin := user.pop("exec", None):
            user |= _credential(plugin, cluster)
        config = _config(cluster, user)
        return config, _Transport(config, cluster, user)
    except yaml.YAMLError:  # do not include its text, which may quote a secret
        raise UnreachableError("cannot use the kubeconfig: it is not valid YAML") from None
    except (ConfigError, MsgspecError, AttributeError, LookupError, TypeError, ValueError, OSError) as error:
        raise UnreachableError(f"cannot use the kubeconfig: {type(error).__name__}: {error}") from error


def _current(document: Json) -> tuple[Json, Json]:
    """The cluster and the user of the current context."""
    context = _named(document, "contexts")[document["current-context"]]["context"]
    user = _named(document, "users").get(context.get("user"), {}).get("user") or {}
    return _named(document, "clusters")[context["cluster"]]["cluster"], user


def _named(document: Json, section: str) -> dict[str, Json]:
    return {entry["name"]: entry for entry in document.get(section) or []}


def _config(cluster: Json, user: Json) -> SingleConfig:
    document = {
        "current-context": "current",
        "contexts": [{"name": "current", "context": {"cluster": "current", "user": "current"}}],
        "clusters": [{"name": "current", "cluster": cluster}],
        "users": [{"name": "current", "user": user}],
    }
    config = KubeConfig.from_dict(document).get()
    assert config is not None  # it has a current context
    return config


def _credential(plugin: Json, cluster: Json) -> Json:
    """Runs an exec plugin and returns its token or certificate as fields of a kubeconfig's user.

    https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
    """
    variables = {variable["name"]: variable["value"] for variable in plugin.get("env") or []}
    # Pass the whole environment: it may have the plugin's own login.
    environment = {**os.environ, **variables, "KUBERNETES_EXEC_INFO": json.dumps(_exec_info(plugin, cluster))}
    try:
        result = subprocess.run(
            [*_program(plugin["command"]), *(plugin.get("args") or [])],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PLUGIN_SECONDS,
            check=True,
        )
        status = json.loads(result.stdout)["status"]
    except FileNotFoundError:
        hint = plugin.get("installHint", "")
        raise UnreachableError(f"{plugin['command']} is not installed. {hint}".strip()) from None
    except subprocess.TimeoutExpired:
        raise UnreachableError(f"{plugin['command']} did not finish within {_PLUGIN_SECONDS:.0f} s") from None
    except subprocess.CalledProcessError as error:
        message = error.stderr.strip().rpartition("\n")[2]
        raise UnreachableError(f"{plugin['command']} failed: {message}") from None
    except (KeyError, TypeError, ValueError):
        # Do not include the output, which may contain a token.
        raise UnreachableError(f"{plugin['command']} did not print an ExecCredential") from None
    certificate = {
        "client-certificate-data": status.get("clientCertificateData"),
        "client-key-data": status.get("clientKeyData"),
    }
    encoded = {key: base64.b64encode(pem.encode()).decode() for key, pem in certificate.items() if pem}
    return {**({"token": status["token"]} if status.get("token") else {}), **encoded}


def _program(command: str) -> list[str]:
    """The command line of a plugin. Anykube itself need not be on PATH."""
    return [sys.executable, "-P", "-m", "anykube_cli"] if command == "anykube" else [command]


def _exec_info(plugin: Json, cluster: Json) -> Json:
    spec: Json = {"interactive": False}
    if plugin.get("provideClusterInfo"):
        fields = ("server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority-data", "proxy-url")
        spec["cluster"] = {field: cluster[field] for field in fields if field in cluster}
    return {"apiVersion": plugin["apiVersion"], "kind": "ExecCredential", "spec": spec}


class _Transport(httpx2.HTTPTransport):
    """Adds to each request the kubeconfig settings that lightkube ignores."""

    def __init__(self, config: SingleConfig, cluster: Json, user: Json) -> None:
        assert config.user is not None  # _config sets one
        verify = client_adapter.verify_cluster(config.cluster, config.user, config.abs_file)
        # Python 3.13 is stricter about certificate authorities than kubectl, and rejects those of old EKS clusters:
        # https://github.com/kubernetes-client/python/issues/2394
        verify.verify_flags &= ~ssl.VERIFY_X509_STRICT
        super().__init__(verify=verify, proxy=_proxy(cluster), trust_env=False)
        self._headers = _impersonation(user)
        self._extensions = {"sni_hostname": cluster["tls-server-name"]} if "tls-server-name" in cluster else {}

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Sends a request."""
        request.headers = httpx2.Headers([*request.headers.multi_items(), *self._headers])
        request.extensions = {**request.extensions, **self._extensions}
        return super().handle_request(request)


def _impersonation(user: Json) -> list[tuple[str, str]]:
    """https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation"""
    name = [("Impersonate-User", user["as"])] if user.get("as") else []
    return [*name, *(("Impersonate-Group", group) for group in user.get("as-groups") or ())]


def _proxy(cluster: Json) -> str | None:
    """The proxy for a cluster's API, as kubectl chooses it. No proxy for a server on loopback."""
    server = urlsplit(cluster["server"])
    if "proxy-url" in cluster:
        return str(cluster["proxy-url"])
    host = server.hostname or ""
    return None if host in _LOOPBACK or proxy_bypass(host) else getproxies().get(server.scheme)
