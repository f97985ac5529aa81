"""The identity on Azure, by the claims of its token."""

import base64
import json
from typing import Any

import pytest
from anykube._clusters.aks.spec import AksClusterSpec
from anykube_cli.callers.azure import find, read_state
from anykube_cli.callers.caller import Recorded
from anykube_cli.preflight.azure.clients import Session
from azure.core.credentials import AccessToken

_OID = "00000000-0000-0000-0000-0000000000a1"
_CLI, _VSCODE = "04b07795-8ddb-461a-bbee-02f9e1bf7b46", "aebc6443-996d-45c2-90f0-388ff96faa56"
_SPEC = AksClusterSpec.model_validate(
    {
        "cloud": "azure",
        "name": "shop",
        "region": "westeurope",
        "zones": ["1", "2"],
        "mode": "managed",
        "version": "1.36",
        "aks": {"subscription": "00000000-0000-0000-0000-000000000001"},
    }
)


class _Login:
    def __init__(self, **claims: str) -> None:
        encoded = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        self._token = f"e30.{encoded}."

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        return AccessToken(self._token, 0)


@pytest.mark.parametrize(
    ("claims", "principal"),
    [
        ({"idtyp": "user", "appid": _CLI}, f"user:{_OID}"),
        ({"idtyp": "user", "appid": _VSCODE}, f"user:{_OID}"),
        ({"idtyp": "app", "appid": _VSCODE}, f"app:{_OID}"),
        ({"scp": "user_impersonation", "appid": _VSCODE}, f"user:{_OID}"),
        ({"appid": _VSCODE}, f"app:{_OID}"),
    ],
)
def test_tells_people_from_programs_by_any_login(claims: dict[str, str], principal: str) -> None:
    assert find(_SPEC, Session(_Login(oid=_OID, **claims))).principal == principal


def test_reads_the_creator_of_a_recorded_state() -> None:
    token = "azure-native:authorization:RoleAssignment"
    outputs = {"principalId": _OID, "principalType": "User"}
    urn = f"urn:pulumi:prod::anykube::anykube:index:AksCluster${token}::prod-deployer"
    assert read_state({"resources": [{"type": token, "urn": urn, "outputs": outputs}]}) == Recorded("", f"user:{_OID}")
