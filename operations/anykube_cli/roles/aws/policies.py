"""The policies of the pipeline's IAM roles.

Most statements are in the JSON files of this folder, in which `$names` are substituted. The others depend on the
settings: which secrets a stack reads, and the permissions boundary of the roles that it creates.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from anykube_cli.roles.forges import Pipeline

AUDIENCE = "sts.amazonaws.com"
"""The audience of the tokens, as requested by https://github.com/aws-actions/configure-aws-credentials."""
MAX_LENGTH = 10_240
"""Characters in all inline policies of a role: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

Policy = Mapping[str, Any]

_FOLDER = Path(__file__).parent
_VERSION = "2012-10-17"
_SUFFIXED = re.compile(r"-[A-Za-z0-9]{6}$")
"""Secrets Manager appends six characters to the name of a secret in its ARN."""


def deploy(values: Mapping[str, str], secrets: Sequence[str], boundary: str | None) -> Policy:
    """Everything that creates, changes and deletes the cluster of a stack, and nothing of another cluster."""
    return _policy([*_file("deploy", values), *_create_roles(values, boundary), *_read_secrets(secrets, values)])


def review(values: Mapping[str, str], secrets: Sequence[str]) -> Policy:
    """Enters the cluster of a stack, and writes the state of its review stacks."""
    return _policy([*_file("review", values), *_read_secrets(secrets, values)])


def preview(values: Mapping[str, str]) -> Policy:
    """Reads what all previews of a repository read."""
    return _policy(_file("preview", values))


def preview_stack(values: Mapping[str, str], secrets: Sequence[str]) -> Policy:
    """Reads the state of a stack and its secrets."""
    return _policy([*_file("preview-stack", values), *_read_secrets(secrets, values)])


def trust(provider: str, issuer: str, subjects: Sequence[str]) -> Policy:
    """Lets jobs with these subjects assume a role, with tokens for AWS."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{issuer}:aud": AUDIENCE}, "StringLike": {f"{issuer}:sub": list(subjects)}},
    }
    return {"Version": _VERSION, "Statement": [statement]}


def trust_of(provider: str, pipeline: Pipeline, environment: str) -> Policy:
    """Trusts the jobs of an environment; without one, the read-only jobs."""
    subjects = pipeline.deployments(environment) if environment else pipeline.previews
    return trust(provider, pipeline.forge.issuer, subjects)


def _policy(statements: Sequence[Mapping[str, Any]]) -> Policy:
    """Without the statements' names, which are for readers of the files and count against the maximum length."""
    bare = [{key: value for key, value in statement.items() if key != "Sid"} for statement in statements]
    return {"Version": _VERSION, "Statement": bare}


def _file(name: str, values: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    """The statements of a file with its values. Raises KeyError if a value is missing."""
    text = (_FOLDER / f"{name}.json").read_text(encoding="utf-8")
    statements: Sequence[Mapping[str, Any]] = json.loads(Template(text).substitute(values))["Statement"]
    return statements


def _create_roles(values: Mapping[str, str], boundary: str | None) -> Iterator[Mapping[str, Any]]:
    """Gives permissions to roles. With a boundary, only to roles that have it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    arn = f"arn:{values['partition']}:iam::{values['account']}:role/"
    is_bounded = {"iam:PermissionsBoundary": boundary} if boundary else {}
    grants = ["iam:AttachRolePolicy", "iam:PutRolePolicy", *(["iam:PutRolePermissionsBoundary"] if boundary else ())]
    yield _allow(
        ["iam:CreateRole", *grants],
        f"{arn}anykube/{values['cluster']}/*",
        {"StringEquals": is_bounded} if boundary else None,
    )
    is_own = {"aws:ResourceTag/anykube:cluster": values["cluster"]}
    yield _allow(grants, f"{arn}{values['cluster']}-*", {"StringEquals": {**is_own, **is_bounded}})


def _read_secrets(secrets: Sequence[str], values: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    """Reads these secrets in AWS Secrets Manager, also those encrypted with a key of the account.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
    """
    arns = [arn for secret in secrets for arn in _arns(secret)]
    if not arns:
        return
    yield _allow(["secretsmanager:GetSecretValue"], arns)
    key = f"arn:{values['partition']}:kms:*:*:key/*"
    yield _allow(["kms:Decrypt"], key, {"StringLike": {"kms:EncryptionContext:SecretARN": arns}})


def _arns(secret: str) -> Iterator[str]:
    """The patterns of a secret's ARN, of which a reference may lack the last six characters."""
    if _SUFFIXED.search(secret):
        yield secret
    yield f"{secret}-??????"


def _allow(actions: Sequence[str], resource: str | list[str], condition: Policy | None = None) -> Mapping[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement
