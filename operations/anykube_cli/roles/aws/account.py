"""IAM roles for CI jobs on AWS, with the forge as OIDC provider.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from anykube._clusters.eks.spec import EksClusterSpec

from anykube_cli.preflight.aws import identity
from anykube_cli.preflight.aws.errors import error_code, missing_permission, summarize_error
from anykube_cli.roles.aws import policies
from anykube_cli.roles.aws.policies import AUDIENCE, Policy
from anykube_cli.roles.pipeline_roles import SESSION_SECONDS, StackJobs
from anykube_cli.state_backends.backend import OWNER_TAG as BACKEND_TAG
from anykube_cli.state_backends.backend import Backend, BackendError, RequiredSetting
from anykube_cli.state_service import client

OWNER_TAG = BACKEND_TAG.replace("backend", "roles")
"""Tag of the roles created here. Its value is the repository whose jobs may assume them."""
_VARIABLES = {"preview": "AWS_PREVIEW_ROLE", "review": "AWS_ROLE", "deploy": "AWS_ROLE"}


class Roles:
    """The roles of a stack's pipeline, in the account that the environment's credentials belong to."""

    def __init__(self, spec: EksClusterSpec, backend: Backend, jobs: StackJobs) -> None:
        """Raises BackendError if the login fails, or if the policies are too long."""
        try:
            import boto3

            self._iam: Any = boto3.client("iam", region_name=spec.region)
            caller = boto3.client("sts", region_name=spec.region).get_caller_identity()
        except Exception as error:
            raise BackendError(self.explain(error)) from error
        partition, account = caller["Arn"].split(":")[1], caller["Account"]
        self._jobs = jobs
        self._provider = f"arn:{partition}:iam::{account}:oidc-provider/{jobs.pipeline.forge.issuer}"
        self._arn = f"arn:{partition}:iam::{account}:role/"
        self._region = spec.region
        state, key = urlsplit(backend.url), urlsplit(backend.secrets)
        values = {
            "account": account,
            "alias": (key.netloc + key.path).removeprefix("/"),
            "bucket": state.netloc,
            "cluster": spec.name,
            "partition": partition,
            "project": client.project(),
            "region": spec.region,
            "stack": jobs.stack,
        }
        boundary = spec.eks.permissions_boundary
        self._policies = stack_policies(values, jobs, str(boundary) if boundary else None)

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
            f"OIDC provider {self._jobs.pipeline.forge.issuer}",
            f"accepts tokens with the audience {AUDIENCE}",
            {"ClientIDList": [AUDIENCE]},
            lambda: self._get("get_open_id_connect_provider", OpenIDConnectProviderArn=self._provider),
            self._write_provider,
        )
        for purpose in self._jobs.identities:
            yield from self._role_settings(purpose)

    def variables(self) -> Iterator[tuple[str, str, str]]:
        """The forge's variables: name, value and environment."""
        for purpose, name in self._jobs.identities.items():
            yield _VARIABLES[purpose], self._arn + name, self._jobs.environment(purpose)
        yield "AWS_REGION", self._region, ""

    def _role_settings(self, purpose: str) -> Iterator[RequiredSetting]:
        role = self._jobs.identities[purpose]
        trust = policies.trust_of(self._provider, self._jobs.pipeline, self._jobs.environment(purpose))
        yield RequiredSetting(
            f"role {role}",
            f"may be assumed only by {' or '.join(self._jobs.subjects(purpose))}",
            trust,
            lambda: self._read_trust(role),
            lambda current: self._write_trust(purpose, current, trust),
            _is_equal,
        )
        yield RequiredSetting(
            f"role {role}",
            f"has credentials that live up to {SESSION_SECONDS // 3600} hours",
            SESSION_SECONDS,
            lambda: self._iam.get_role(RoleName=role)["Role"]["MaxSessionDuration"],
            lambda _: self._iam.update_role(RoleName=role, MaxSessionDuration=SESSION_SECONDS),
        )
        for name, permissions in self._policies[purpose].items():
            yield self._policy_setting(role, name, permissions)

    def _policy_setting(self, role: str, name: str, permissions: Policy) -> RequiredSetting:
        return RequiredSetting(
            f"role {role}",
            f"has exactly the permissions of its jobs in the policy {name}",
            permissions,
            lambda: (self._get("get_role_policy", RoleName=role, PolicyName=name) or {}).get("PolicyDocument"),
            lambda _: self._iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=_compact(permissions)),
            _is_equal,
        )

    def _write_provider(self, current: Any) -> None:
        if current is None:
            url = f"https://{self._jobs.pipeline.forge.issuer}"
            self._iam.create_open_id_connect_provider(Url=url, ClientIDList=[AUDIENCE])
        else:
            self._iam.add_client_id_to_open_id_connect_provider(
                OpenIDConnectProviderArn=self._provider, ClientID=AUDIENCE
            )

    def _read_trust(self, role: str) -> Any:
        """The role's trust policy; None if there is no role. Raises BackendError if the role is not ours to change."""
        existing = self._get("get_role", RoleName=role)
        if existing is None:
            return None
        tags = {tag["Key"]: tag["Value"] for tag in self._iam.list_role_tags(RoleName=role)["Tags"]}
        repository = self._jobs.pipeline.repository
        if tags.get(OWNER_TAG) != repository:
            owner = f"belongs to {tags[OWNER_TAG]}" if OWNER_TAG in tags else f"has no tag {OWNER_TAG}"
            raise BackendError(
                f"The role {role} already exists and {owner}. "
                f"To use it for this repository, set its tag {OWNER_TAG} to {repository}"
            )
        return existing["Role"]["AssumeRolePolicyDocument"]

    def _write_trust(self, purpose: str, current: Any, trust: Policy) -> None:
        role, document = self._jobs.identities[purpose], json.dumps(trust)
        if current is not None:
            self._iam.update_assume_role_policy(RoleName=role, PolicyDocument=document)
            return
        repository = self._jobs.pipeline.repository
        self._iam.create_role(
            RoleName=role,
            AssumeRolePolicyDocument=document,
            Description=f"Anykube's CI: {purpose} for {self._jobs.environment(purpose) or repository}",
            MaxSessionDuration=SESSION_SECONDS,
            Tags=[{"Key": OWNER_TAG, "Value": repository}],
        )

    def _get(self, operation: str, **arguments: str) -> Any:
        from botocore.exceptions import ClientError

        try:
            return getattr(self._iam, operation)(**arguments)
        except ClientError as error:
            if error_code(error) in ("NoSuchEntity", "NoSuchEntityException"):
                return None
            raise


def stack_policies(
    values: Mapping[str, str], jobs: StackJobs, boundary: str | None
) -> Mapping[str, Mapping[str, Policy]]:
    """The policies of each role by name. Raises BackendError if those of a role are too long for IAM.

    All stacks of a repository share the preview role, which has one policy for each of them.
    """
    secrets = jobs.secrets_of("aws")
    by_purpose = {
        "preview": {
            "anykube": policies.preview(values),
            f"anykube-{jobs.stack}": policies.preview_stack(values, secrets),
        },
        "review": {"anykube": policies.review(values, secrets)},
        "deploy": {"anykube": policies.deploy(values, secrets, boundary)},
    }
    for purpose, named in by_purpose.items():
        length = sum(len(_compact(policy)) for policy in named.values())
        if length > policies.MAX_LENGTH:
            raise BackendError(
                f"The permissions of {jobs.identities[purpose]} have {length} characters, and IAM allows "
                f"{policies.MAX_LENGTH}. Use a shorter name for the cluster, or fewer secrets from Secrets Manager"
            )
    return by_purpose


def _compact(policy: Policy) -> str:
    return json.dumps(policy, separators=(",", ":"))


def _is_equal(current: Any, desired: Any) -> bool:
    """Extra permissions are not accepted. IAM may return a document as URL-encoded text."""
    return bool((json.loads(unquote(current)) if isinstance(current, str) else current) == desired)
