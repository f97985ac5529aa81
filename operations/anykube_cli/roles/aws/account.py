"""On AWS: the forge as an issuer of tokens, and a role for each kind of job, by IAM.

The policies are the JSON files beside this one, whose `$names` are filled in here.

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
from anykube_cli.preflight.aws.errors import summarize_error, code, missing_permission
from anykube_cli.roles.forges import REVIEW, Forge
from anykube_cli.state_backends.backend import OWNER_TAG as OF_BACKENDS
from anykube_cli.state_backends.backend import Backend, BackendError, Setting
from anykube_cli.state_service import client

OWNER_TAG = OF_BACKENDS.replace("backend", "roles")
"""The tag of what was made here: its value is the repository whose jobs it is for."""
AUDIENCE = "sts.amazonaws.com"
"""Whom the tokens are for: https://github.com/aws-actions/configure-aws-credentials asks for them so."""

_POLICY = "anykube"
"""The name of a role's own policy."""
_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Job:
    """A role, and the jobs that may take it."""

    role: str
    policy: str
    """The file beside this one, without `.json`."""
    subjects: Sequence[str]
    variable: str
    """The variable of the forge that names it."""
    environment: str = ""
    """The environment of the forge that the variable is one of; empty: the repository's."""


def jobs(stack: str, repository: str, forge: Forge) -> Sequence[Job]:
    """What a stack's pipeline needs: a role that reads, one for review stacks, and the one that brings it up."""
    deploy, review = forge.deploy(repository, stack), forge.deploy(repository, REVIEW)
    return (
        Job("anykube-preview", "preview", forge.preview(repository), "AWS_PREVIEW_ROLE"),
        Job(f"anykube-review-{stack}", "review", review, "AWS_ROLE", REVIEW),
        Job(f"anykube-deploy-{stack}", "deploy", deploy, "AWS_ROLE", stack),
    )


def policy(name: str, values: Mapping[str, str]) -> Mapping[str, Any]:
    """One of the policies, filled in. Raises KeyError where a value is missing."""
    text = (_FOLDER / f"{name}.json").read_text(encoding="utf-8")
    read: Mapping[str, Any] = json.loads(Template(text).substitute(values))
    return read


def trust(provider: str, forge: Forge, subjects: Sequence[str]) -> Mapping[str, Any]:
    """Who may take a role: jobs with these subjects, whose tokens are for AWS."""
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
    """Those of one stack's pipeline, in the account that the environment's credentials lead to."""

    def __init__(self, stack: str, spec: EksClusterSpec, kept: Backend, repository: str, forge: Forge) -> None:
        """Raises BackendError where nobody is logged in."""
        try:
            import boto3

            self._iam: Any = boto3.client("iam", region_name=spec.region)
            caller = boto3.client("sts", region_name=spec.region).get_caller_identity()
        except Exception as error:
            raise BackendError(self.explain(error)) from error
        partition, owner = caller["Arn"].split(":")[1], caller["Account"]
        self._repository, self._forge = repository, forge
        self._provider = f"arn:{partition}:iam::{owner}:oidc-provider/{forge.issuer}"
        self._arn = f"arn:{partition}:iam::{owner}:role/"
        self.jobs = jobs(stack, repository, forge)
        state, key = urlsplit(kept.url), urlsplit(kept.secrets)
        self._values = {
            "account": owner,
            "alias": (key.netloc + key.path).removeprefix("/"),
            "bucket": state.netloc,
            "cluster": spec.name,
            "partition": partition,
            "project": client.project(),
            "region": spec.region,
            "stack": stack,
        }

    def explain(self, error: BaseException) -> str:
        """By code and operation."""
        if action := missing_permission(error):
            return f"the caller may not {action}: add it to the policy of its role, or use another role"
        problem = identity.explain(error)
        known = "could not be found out" not in problem.message
        return f"{problem.message}: {problem.remedy}" if known else f"AWS refuses: {summarize_error(error)}"

    def settings(self) -> Iterator[Setting]:
        """The issuer first: the roles name it."""
        yield Setting(
            f"issuer {self._forge.issuer}",
            f"known, for tokens that are meant for {AUDIENCE}",
            {"ClientIDList": [AUDIENCE]},
            lambda: self._found("get_open_id_connect_provider", OpenIDConnectProviderArn=self._provider),
            self._know,
        )
        for job in self.jobs:
            yield from self._of(job)

    def variables(self) -> Iterator[tuple[str, str, str]]:
        """What the forge is to be told: variable, value, and the environment that it is one of."""
        for job in self.jobs:
            yield job.variable, self._arn + job.role, job.environment
        yield "AWS_REGION", self._values["region"], ""

    def _of(self, job: Job) -> Iterator[Setting]:
        trusted = trust(self._provider, self._forge, job.subjects)
        role = f"role {job.role}"
        yield Setting(
            role,
            f"taken by {' or '.join(job.subjects)} alone",
            trusted,
            lambda: self._trusted(job),
            lambda there: self._trust(job, there, trusted),
            _same,
        )
        wanted = policy(job.policy, self._values)
        yield Setting(
            role,
            f"may what {job.policy}.json says, and no more",
            wanted,
            lambda: (self._found("get_role_policy", RoleName=job.role, PolicyName=_POLICY) or {}).get("PolicyDocument"),
            lambda _: self._iam.put_role_policy(
                RoleName=job.role, PolicyName=_POLICY, PolicyDocument=json.dumps(wanted, separators=(",", ":"))
            ),
            _same,
        )

    def _know(self, there: Any) -> None:
        if there is None:
            self._iam.create_open_id_connect_provider(Url=f"https://{self._forge.issuer}", ClientIDList=[AUDIENCE])
        else:
            self._iam.add_client_id_to_open_id_connect_provider(
                OpenIDConnectProviderArn=self._provider, ClientID=AUDIENCE
            )

    def _trusted(self, job: Job) -> Any:
        """Who may take the role; None where it is not there. Raises BackendError where it is not to be touched."""
        found = self._found("get_role", RoleName=job.role)
        if found is None:
            return None
        tags = {tag["Key"]: tag["Value"] for tag in self._iam.list_role_tags(RoleName=job.role)["Tags"]}
        if tags.get(OWNER_TAG) != self._repository:
            whose = f"for {tags[OWNER_TAG]}" if OWNER_TAG in tags else f"without the tag {OWNER_TAG}"
            raise BackendError(
                f"the role {job.role} is there already, {whose}, so it is not this repository's; to take it over, "
                f"give it the tag {OWNER_TAG} with the value {self._repository}"
            )
        return found["Role"]["AssumeRolePolicyDocument"]

    def _trust(self, job: Job, there: Any, trusted: Mapping[str, Any]) -> None:
        document = json.dumps(trusted)
        if there is not None:
            self._iam.update_assume_role_policy(RoleName=job.role, PolicyDocument=document)
            return
        tags = [{"Key": OWNER_TAG, "Value": self._repository}]
        described = f"Anykube's CI: {job.policy} for {job.environment or self._repository}"
        self._iam.create_role(RoleName=job.role, AssumeRolePolicyDocument=document, Description=described, Tags=tags)

    def _found(self, operation: str, **asked: str) -> Any:
        from botocore.exceptions import ClientError

        try:
            return getattr(self._iam, operation)(**asked)
        except ClientError as error:
            if code(error) in ("NoSuchEntity", "NoSuchEntityException"):
                return None
            raise


def _same(there: Any, wanted: Any) -> bool:
    """More than is wanted is not as good here. IAM may give a document as the text that it keeps."""
    return bool((json.loads(unquote(there)) if isinstance(there, str) else there) == wanted)
