"""`python -m anykube_rehearsal.azure.cli FOLDER get-token …`: stands in for kubelogin; there is no other command.

The token is signed by the account's key and names whom it is for: the service principal of the application that the
environment names. https://azure.github.io/kubelogin/cli/get-token.html
"""

import argparse
import os
import sys
from pathlib import Path

from anykube_rehearsal.azure import ids
from anykube_rehearsal.azure.token import LIFETIME, SIGNER
from anykube_rehearsal.cloud.token import print_credential

_METHODS = ("azurecli", "azd", "azuredeveloperclicredential", "msi", "ros", "spn", "workloadidentity", "azurepipelines")
_INTERACTIVE = ("devicecode", "interactive")


def main() -> None:
    """Prints an ExecCredential."""
    parser = argparse.ArgumentParser(prog="kubelogin (a rehearsal's stand-in)")
    parser.add_argument("folder", type=Path)
    parser.add_argument("command", choices=["get-token"])
    parser.add_argument("--login", "-l", default="devicecode", choices=[*_METHODS, *_INTERACTIVE])
    parser.add_argument("--server-id", required=True)
    for name in ("--client-id", "--tenant-id", "--environment", "-e", "-t"):
        parser.add_argument(name)
    asked = parser.parse_args()
    # https://azure.github.io/kubelogin/concepts/login-modes.html: the variable is taken over the argument.
    method = os.environ.get("AAD_LOGIN_METHOD") or asked.login
    if method in _INTERACTIVE:
        sys.exit(f"--login {method} asks a person, and nobody is there: give azurecli, spn, msi or workloadidentity")
    application = os.environ.get("AZURE_CLIENT_ID") or os.environ.get("ARM_CLIENT_ID")
    if not application:
        sys.exit("AZURE_CLIENT_ID is not set: nobody is logged in")
    principal = ids.guid("service principal", application)
    print_credential(SIGNER.make(asked.folder, asked.server_id, principal, LIFETIME), LIFETIME, _version())


def _version() -> str:
    """As the caller asks, in KUBERNETES_EXEC_INFO; kubelogin answers in either version."""
    return "v1" if '/v1"' in os.environ.get("KUBERNETES_EXEC_INFO", '/v1"') else "v1beta1"


if __name__ == "__main__":
    main()
