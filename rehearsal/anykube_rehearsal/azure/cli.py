"""`python -m anykube_rehearsal.azure.cli FOLDER get-token …`: a stand-in for kubelogin's only command here, get-token.

The token is signed with the account's key, for the service principal of the application in AZURE_CLIENT_ID or
ARM_CLIENT_ID. https://azure.github.io/kubelogin/cli/get-token.html
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
    parser = argparse.ArgumentParser(prog="kubelogin (simulated)")
    parser.add_argument("folder", type=Path)
    parser.add_argument("command", choices=["get-token"])
    parser.add_argument("--login", "-l", default="devicecode", choices=[*_METHODS, *_INTERACTIVE])
    parser.add_argument("--server-id", required=True)
    for name in ("--client-id", "--tenant-id", "--environment", "-e", "-t"):
        parser.add_argument(name)
    arguments = parser.parse_args()
    # The variable takes precedence: https://azure.github.io/kubelogin/concepts/login-modes.html
    method = os.environ.get("AAD_LOGIN_METHOD") or arguments.login
    if method in _INTERACTIVE:
        sys.exit(f"--login {method} is interactive. Use azurecli, spn, msi or workloadidentity")
    application = os.environ.get("AZURE_CLIENT_ID") or os.environ.get("ARM_CLIENT_ID")
    if not application:
        sys.exit("not logged in: set AZURE_CLIENT_ID")
    principal = ids.guid("service principal", application)
    token = SIGNER.make(arguments.folder, arguments.server_id, principal, LIFETIME)
    print_credential(token, LIFETIME, _version())


def _version() -> str:
    """The API version that the client requests in KUBERNETES_EXEC_INFO. kubelogin supports both."""
    return "v1" if '/v1"' in os.environ.get("KUBERNETES_EXEC_INFO", '/v1"') else "v1beta1"


if __name__ == "__main__":
    main()
