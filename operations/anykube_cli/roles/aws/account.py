"""IAM roles for CI jobs on AWS, with the forge as OIDC provider.

The policies are JSON files in this folder; their `$names` are substituted here.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import unquote, urlsplit

from anykube._clusters.eks.spec import EksClusterSpec

from anykube_cli.preflight.aws import identity
from anykube_cli.preflight.aws.errors import error_code, missing_permission, summarize_error
from anykube_cli.roles.forges import REVIEW_ENVIRONMENT, Forge
from anykube_cli.state_backends.backend import OWNER_TAG as BACKEND_TAG
from anykube_cli.state_backends.backend import Backend, BackendError, RequiredSetting
from anykube_cli.state_service import client

OWNER_TAG = BACKEND_TAG.replace("backend", "roles")
"""Tag of the roles created here. Its value is the repository whose jobs may assume them."""
AUDIENCE = "sts.amazonaws.com"
"""The audience of the tokens, as requested by https://github.com/aws-actions/configure-aws-credentials."""

_POLICY = "anykube"
"""Name of a role's inline policy."""
_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class PipelineRole:
    """A role, and the CI jobs that may assume it."""

    name: str
    policy: str
    """The policy file in this folder, without `.json`."""
    subjects: Sequence[str]
    variable: str
    """The CI variable with the role's ARN."""
    environment: str = ""
    """The forge's environment that has the variable. Empty: the repository has it."""


def pipeline_roles(stack: str, repository: str, forge: Forge) -> Sequence[PipelineRole]:
    """The roles of a stack's pipeline: a read-only one, one for review stacks, and one that deploys the stack."""
    deploy, review = forge.deploy(repository, stack), forge.deploy(repository, REVIEW_ENVIRONMENT)
    return (
        PipelineRole("anykube-preview", "preview", forge.preview(repository), "AWS_PREVIEW_ROLE"),
        PipelineRole(f"anykube-review-{stack}", "review", review, "AWS_ROLE", REVIEW_ENVIRONMENT),
        PipelineRole(f"anykube-deploy-{stack}", "deploy", deploy, "AWS_ROLE", stack),
    )


def policy(name: str, values: Mapping[str, str]) -> Mapping[str, Any]:
    """One of the policies with its values. Raises KeyError if a value is missing."""
    text = (_FOLDER / f"{name}.json").read_text(encoding="utf-8")
    document: Mapping[str, Any] = json.loads(Template(text).substitute(values))
    return document


def trust_policy(provider: str, forge: Forge, subjects: Sequence[str]) -> Mapping[str, Any]:
    """Lets jobs with these subjects assume a role, with tokens for AWS."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": provider},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {f"{forge.issuer}:aud": AUDIENCE},
                    "StringLike": {f"{forge.issuer}:sub": list(subjects)},
                },
            }
        ],
    }


class Roles:
    """The roles of a stack's pipeline, in the account that the environment's credentials belong to."""

    def __init__(self, stack: str, spec: EksClusterSpec, backend: Backend, repository: str, forge: Forge) -> None:
        """Raises BackendError if the login fails."""
        try:
            import boto3

            self._iam: Any = boto3.client("iam", region_name=spec.region)
            caller = boto3.client("sts", region_name=spec.region).get_caller_identity()
        except Exception as error:
            raise BackendError(self.explain(error)) from error
        partition, account = caller["Arn"].split(":")[1], caller["Account"]
        self._repository, self._forge = repository, forge
        self._provider = f"arn:{partition}:iam::{account}:oidc-provider/{forge.issuer}"
        self._arn = f"arn:{partition}:iam::{account}:role/"
        self.roles = pipeline_roles(stack, repository, forge)
        state, key = urlsplit(backend.url), urlsplit(backend.secrets)
        self._values = {
            "account": account,
            "alias": (key.netloc + key.path).removeprefix("/"),
            "bucket": state.netloc,
            "cluster": spec.name,
            "partition": partition,
            "project": client.project(),
            "region": spec.region,
            "stack": stack,
        }

    def explain(self, error: BaseException) -> str:
        """The error's code and operation, or the failed login."""
        if action := missing_permission(error):
            return f"The caller lacks the permission {action}. Add it to the policy of its role, or use another role"
        problem = identity.explain(error)
        if problem.message.startswith(identity.UNKNOWN):
            return f"The request to AWS failed: {summarize_error(error)}"
        return f"Cannot log in to AWS: {problem.message}. To fix it, {problem.remedy}"

    def settings(self) -> Iterator[RequiredSetting]:
        """The OIDC provider comes first: the roles refer to it."""
        yield RequiredSetting(
            f"OIDC provider {self._forge.issuer}",
            f"accepts tokens with the audience {AUDIENCE}",
            {"ClientIDList": [AUDIENCE]},
            lambda: self._get("get_open_id_connect_provider", OpenIDConnectProviderArn=self._provider),
            self._write_provider,
        )
        for role in self.roles:
            yield from self._role_settings(role)

    def variables(self) -> Iterator[tuple[str, str, str]]:
        """The forge's variables: name, value and environment."""
        for role in self.roles:
            yield role.variable, self._arn + role.name, role.environment
        yield "AWS_REGION", self._values["region"], ""

    def _role_settings(self, role: PipelineRole) -> Iterator[RequiredSetting]:
        trust = trust_policy(self._provider, self._forge, role.subjects)
        permissions = policy(role.policy, self._values)
        subject = f"role {role.name}"
        yield RequiredSetting(
            subject,
            f"may be assumed only by {' or '.join(role.subjects)}",
            trust,
            lambda: self._read_trust(role),
            lambda current: self._write_trust(role, current, trust),
            _is_equal,
        )
        yield RequiredSetting(
            subject,
            f"has exactly the permissions in {role.policy}.json",
            permissions,
            lambda: (self._get("get_role_policy", RoleName=role.name, PolicyName=_POLICY) or {}).get("PolicyDocument"),
            lambda _: self._iam.put_role_policy(
                RoleName=role.name, PolicyName=_POLICY, PolicyDocument=json.dumps(permissions, separators=(",", ":"))
            ),
            _is_equal,
        )

    def _write_provider(self, current: Any) -> None:
        if current is None:
            self._iam.create_open_id_connect_provider(Url=f"https://{self._forge.issuer}", ClientIDList=[AUDIENCE])
        else:
            self._iam.add_client_id_to_open_id_connect_provider(
                OpenIDConnectProviderArn=self._provider, ClientID=AUDIENCE
            )

    def _read_trust(self, role: PipelineRole) -> Any:
        """The role's trust policy; None if there is no role. Raises BackendError if the role is not ours to change."""
        existing = self._get("get_role", RoleName=role.name)
        if existing is None:
            return None
        tags = {tag["Key"]: tag["Value"] for tag in self._iam.list_role_tags(RoleName=role.name)["Tags"]}
        if tags.get(OWNER_TAG) != self._repository:
            owner = f"belongs to {tags[OWNER_TAG]}" if OWNER_TAG in tags else f"has no tag {OWNER_TAG}"
            raise BackendError(
                f"The role {role.name} already exists and {owner}. "
                f"To use it for this repository, set its tag {OWNER_TAG} to {self._repository}"
            )
        return existing["Role"]["AssumeRolePolicyDocument"]

    def _write_trust(self, role: PipelineRole, current: Any, trust: Mapping[str, Any]) -> None:
        document = json.dumps(trust)
        if current is not None:
            self._iam.update_assume_role_policy(RoleName=role.name, PolicyDocument=document)
            return
        tags = [{"Key": OWNER_TAG, "Value": self._repository}]
        description = f"Anykube's CI: {role.policy} for {role.environment or self._repository}"
        self._iam.create_role(RoleName=role.name, AssumeRolePolicyDocument=document, Description=description, Tags=tags)

    def _get(self, operation: str, **arguments: str) -> Any:
        from botocore.exceptions import ClientError

        try:
            return getattr(self._iam, operation)(**arguments)
        except ClientError as error:
            if error_code(error) in ("NoSuchEntity", "NoSuchEntityException"):
                return None
            raise


def _is_equal(current: Any, desired: Any) -> bool:
    """Extra permissions are not accepted. IAM may return a document as URL-encoded text."""
    return bool((json.loads(unquote(current)) if isinstance(current, str) else current) == desired)
