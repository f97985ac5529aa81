from dataclasses import replace

import pytest
from anykube_cli.preflight.aws.identity import Caller, check_caller, explain, identify
from botocore.exceptions import (
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOTokenLoadError,
    UnauthorizedSSOTokenError,
)

from tests.operations.preflight.aws.account import PLAN, Account, RefusedError, format_problems


@pytest.mark.parametrize(
    ("arn", "description"),
    [
        ("arn:aws:sts::1:assumed-role/deployer/ci-7", "assumed role deployer, session ci-7"),
        ("arn:aws:iam::1:user/mo", "user mo"),
        ("arn:aws:sts::1:federated-user/mo", "federated user mo"),
        ("arn:aws:iam::1:root", "the account's root user"),
    ],
)
def test_describes_the_caller(arn: str, description: str) -> None:
    assert Caller("1", arn).description == description


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (NoCredentialsError(), "no credentials found"),
        (PartialCredentialsError(provider="env", cred_var="x"), "incomplete"),
        (ProfileNotFound(profile="x"), "profile"),
        (SSOTokenLoadError(error_msg="x"), "no SSO sign-in found"),
        (UnauthorizedSSOTokenError(), "sign-in has expired"),
        (EndpointConnectionError(endpoint_url="https://x"), "cannot be reached"),
        (ConnectTimeoutError(endpoint_url="https://x"), "does not respond"),
        (KeyError("x"), "failed for an unknown reason: KeyError"),
    ],
)
def test_explains_a_failed_login(error: Exception, message: str) -> None:
    problem = explain(error)
    assert problem.subject == "credentials"
    assert message in problem.message


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("ExpiredToken", "the credentials have expired"),
        ("InvalidClientTokenId", "AWS rejects the credentials"),
        ("SignatureDoesNotMatch", "signature"),
    ],
)
def test_explains_rejected_credentials_without_their_text(account: Account, code: str, message: str) -> None:
    account.respond("GetCallerIdentity", RefusedError(code, "The token AKIASECRET is wrong"))
    with pytest.raises(account.clients().sts.exceptions.ClientError) as raised:
        identify(account.clients())
    problem = explain(raised.value)
    assert message in problem.message
    assert "AKIASECRET" not in format_problems([problem])


def test_login_falls_back_to_the_home_region(account: Account) -> None:
    responses = iter([RefusedError("InvalidClientTokenId"), None])
    account.respond("GetCallerIdentity", lambda _: next(responses))
    assert identify(account.clients()).in_home_region


def test_login_uses_the_region_first(account: Account) -> None:
    assert identify(account.clients()) == Caller("123456789012", "arn:aws:sts::123456789012:user/moto")


def test_warns_of_the_root_user_and_of_another_region(account: Account) -> None:
    clients = replace(account.clients(), session_region="us-east-1")
    problems = list(check_caller(PLAN, clients, Caller("1", "arn:aws:iam::1:root")))
    assert [problem.severity for problem in problems] == ["warning", "warning"]
    assert "root user" in format_problems(problems)
    assert "AWS_REGION=eu-central-1" in format_problems(problems)


@pytest.mark.parametrize("region", [None, PLAN.region])
def test_role_in_the_stack_region_is_fine(account: Account, region: str | None) -> None:
    clients = replace(account.clients(), session_region=region)
    assert not list(check_caller(PLAN, clients, Caller("1", "arn:aws:sts::1:assumed-role/a/b")))
