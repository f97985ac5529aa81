from dataclasses import replace

import pytest
from anykube_cli.preflight.aws.identity import Caller, caller, explain, identify
from botocore.exceptions import (
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOTokenLoadError,
    UnauthorizedSSOTokenError,
)

from tests.operations.preflight.aws.account import PLAN, Account, RefusedError, said


@pytest.mark.parametrize(
    ("arn", "who"),
    [
        ("arn:aws:sts::1:assumed-role/deployer/ci-7", "assumed role deployer, session ci-7"),
        ("arn:aws:iam::1:user/mo", "user mo"),
        ("arn:aws:sts::1:federated-user/mo", "federated user mo"),
        ("arn:aws:iam::1:root", "the account's root user"),
    ],
)
def test_who_asks_is_said_in_words(arn: str, who: str) -> None:
    assert Caller("1", arn).who == who


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (NoCredentialsError(), "there are no credentials"),
        (PartialCredentialsError(provider="env", cred_var="x"), "incomplete"),
        (ProfileNotFound(profile="x"), "profile"),
        (SSOTokenLoadError(error_msg="x"), "sign-in is missing"),
        (UnauthorizedSSOTokenError(), "sign-in has expired"),
        (EndpointConnectionError(endpoint_url="https://x"), "cannot be reached"),
        (ConnectTimeoutError(endpoint_url="https://x"), "does not answer"),
        (KeyError("x"), "could not be found out: KeyError"),
    ],
)
def test_what_keeps_it_from_being_known(error: Exception, what: str) -> None:
    problem = explain(error)
    assert problem.subject == "credentials"
    assert what in problem.message


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("ExpiredToken", "the credentials have expired"),
        ("InvalidClientTokenId", "AWS does not know the credentials"),
        ("SignatureDoesNotMatch", "signature"),
    ],
)
def test_what_aws_says_of_credentials(account: Account, code: str, what: str) -> None:
    account.answer("GetCallerIdentity", RefusedError(code, "The token AKIASECRET is wrong"))
    with pytest.raises(account.clients().sts.exceptions.ClientError) as raised:
        identify(account.clients())
    problem = explain(raised.value)
    assert what in problem.message
    assert "AKIASECRET" not in said([problem])


def test_a_region_that_lets_nobody_in_is_asked_at_home(account: Account) -> None:
    answers = iter([RefusedError("InvalidClientTokenId"), None])
    account.answer("GetCallerIdentity", lambda _: next(answers))
    assert identify(account.clients()).at_home


def test_the_region_itself_is_asked_first(account: Account) -> None:
    assert identify(account.clients()) == Caller("123456789012", "arn:aws:sts::123456789012:user/moto")


def test_the_root_user_and_another_region_are_warned_of(account: Account) -> None:
    clients = replace(account.clients(), session_region="us-east-1")
    found = list(caller(PLAN, clients, Caller("1", "arn:aws:iam::1:root")))
    assert [problem.severity for problem in found] == ["warning", "warning"]
    assert "root user" in said(found)
    assert "AWS_REGION=eu-central-1" in said(found)


@pytest.mark.parametrize("region", [None, PLAN.region])
def test_a_role_in_the_right_region_is_fine(account: Account, region: str | None) -> None:
    clients = replace(account.clients(), session_region=region)
    assert not list(caller(PLAN, clients, Caller("1", "arn:aws:sts::1:assumed-role/a/b")))
