"""Implements `anykube token`, a credential plugin of Kubernetes clients.

https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
"""

import json
import logging
import os
import warnings
from collections.abc import Callable
from datetime import UTC
from typing import Any, NoReturn

import typer
from anykube._clouds.entry_points import token_function
from anykube._clouds.tokens import ClusterToken, MissingError, TokenTarget

_GROUP = "client.authentication.k8s.io"
_VERSIONS = (f"{_GROUP}/v1", f"{_GROUP}/v1beta1")


def print_token(cloud: str, cluster: str, region: str, account: str) -> None:
    """Prints an ExecCredential. Exits with code 1 if the login fails, with code 2 if an argument is missing."""
    # kubectl passes standard error on to its user.
    warnings.simplefilter("ignore")
    logging.disable()
    version, login = _version(), _login(cloud)
    try:
        token = login(TokenTarget(cluster, region, account))
    except ImportError as error:
        _fail(1, f"{error.name} is not installed", f"Install it: pip install 'anykube-cli[{cloud}]'")
    except MissingError as error:
        _fail(2, str(error), "Set what is missing")
    except Exception as error:
        _fail(1, *_explain(cloud, error))
    typer.echo(json.dumps(_credential(version, token)))


def _login(cloud: str) -> Callable[[TokenTarget], ClusterToken]:
    try:
        return token_function(cloud)
    except (KeyError, AttributeError, ModuleNotFoundError):
        _fail(2, f"the cloud {cloud} is not installed, or has no login for clusters", "Use aws, gcp or azure")


def _version() -> str:
    """The version that the client requests. Exits with code 2 for an unknown one."""
    try:
        requested: Any = json.loads(os.environ.get("KUBERNETES_EXEC_INFO") or "{}")
        version = requested.get("apiVersion", _VERSIONS[0])
    except (ValueError, AttributeError):
        _fail(2, "KUBERNETES_EXEC_INFO is not a JSON object", "Unset it, or update the Kubernetes client")
    if version not in _VERSIONS:
        _fail(2, f"the client requests {version}", f"Use one of {', '.join(_VERSIONS)} in the kubeconfig")
    return str(version)


def _credential(version: str, token: ClusterToken) -> dict[str, object]:
    status = {"token": token.text}
    if token.expires:
        status["expirationTimestamp"] = token.expires.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"apiVersion": version, "kind": "ExecCredential", "status": status}


def _explain(cloud: str, error: Exception) -> tuple[str, str]:
    """What is wrong and what to do, as preflight says it. Imports the cloud's definition, which takes a second."""
    from anykube._clouds.definition import resolve
    from anykube._clouds.registry import definitions

    explain = definitions()[cloud].preflight.explain
    if explain is None:
        return f"the login failed: {type(error).__name__}", "Check the credentials in the environment"
    problem = resolve(explain)(error)
    return problem.message, f"To fix it, {problem.remedy}"


def _fail(code: int, message: str, remedy: str) -> NoReturn:
    typer.echo(f"anykube token: {message}. {remedy}.", err=True)
    raise typer.Exit(code)
