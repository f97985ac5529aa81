"""Service accounts for CI jobs on Google Cloud, with workload identity federation. No key is created.

https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from anykube._clusters.gke.naming import APIS
from anykube._clusters.gke.spec import GkeClusterSpec
from anykube._names import shortened
from tenacity import retry, retry_if_result, stop_after_delay, wait_fixed

from anykube_cli.preflight.gcp import identity
from anykube_cli.preflight.gcp.clients import Session, build_client, execute, get_or_none
from anykube_cli.preflight.gcp.errors import disabled_api, missing_permission, summarize_error
from anykube_cli.preflight.runner import mute_loggers
from anykube_cli.roles.gcp.grants import (
    ROLES,
    Grant,
    custom_role,
    grants,
    review_names,
    state_names,
)
from anykube_cli.roles.pipeline_roles import StackJobs
from anykube_cli.state_backends.backend import Backend, BackendError, RequiredSetting
from anykube_cli.state_service import client

_POOL = "anykube"
_FEDERATION_APIS = ("iamcredentials.googleapis.com", "sts.googleapis.com", "serviceusage.googleapis.com")
_MAX_ACCOUNT, _MAX_PROVIDER, _MAX_SUBJECT = 30, 32, 127
"""https://cloud.google.com/iam/docs/workload-identity-federation#mapping"""
_USER = "roles/iam.workloadIdentityUser"
_KEY_ROLES = {
    "preview": "roles/cloudkms.cryptoKeyDecrypter",
    "review": "roles/cloudkms.cryptoKeyEncrypterDecrypter",
    "deploy": "roles/cloudkms.cryptoKeyEncrypterDecrypter",
}
_VARIABLES = {"preview": "GOOGLE_PREVIEW_ACCOUNT", "review": "GOOGLE_ACCOUNT", "deploy": "GOOGLE_ACCOUNT"}
_REPOSITORIES = {"token.actions.githubusercontent.com": "assertion.repository", "gitlab.com": "assertion.project_path"}
"""The claim with the repository, by issuer."""
_WAIT_SECONDS = 300


class Roles:
    """The identities of a stack's pipeline, in the cluster's project."""

    def __init__(self, spec: GkeClusterSpec, backend: Backend, jobs: StackJobs, session: Session | None = None) -> None:
        """Raises BackendError if the login fails, or if a subject is too long for Google Cloud."""
        mute_loggers("google", "googleapiclient", "google_auth_httplib2")
        self._project, self._jobs = spec.gke.project, jobs
        self._require_short_subjects()
        try:
            session = session or identity.open_session(self._project)
        except Exception as error:
            problem = identity.explain(error)
            message = f"Cannot log in to Google Cloud: {problem.message}. To fix it, {problem.remedy}"
            raise BackendError(message) from error
        self._services = build_client(session, "serviceusage", "v1")
        self._projects = build_client(session, "cloudresourcemanager", "v3").projects()
        iam = build_client(session, "iam", "v1").projects()
        self._accounts, self._roles = iam.serviceAccounts(), iam.roles()
        self._pools = iam.locations().workloadIdentityPools()
        self._buckets = build_client(session, "storage", "v1").buckets()
        self._keys = build_client(session, "cloudkms", "v1").projects().locations().keyRings().cryptoKeys()
        self._secrets = build_client(session, "secretmanager", "v1").projects().secrets()
        self._bucket, self._key = urlsplit(backend.url).netloc, backend.secrets.removeprefix("gcpkms://")
        self._grants, self._stack = grants(spec, _app_roles(jobs)), jobs.stack
        self._number = ""

    def explain(self, error: BaseException) -> str:
        """The error's status, reason and method, or the failed login."""
        if api := disabled_api(error):
            enable = f"gcloud services enable {api} --project {self._project}"
            return f"{api} is not enabled in the project. Enable it: {enable}"
        if permission := missing_permission(error):
            return (
                f"The caller lacks the permission {permission} in the project {self._project}. "
                "Grant a role that has it, or use another caller"
            )
        if identity.ends_run(error):
            problem = identity.explain(error)
            return f"Cannot log in to Google Cloud: {problem.message}. To fix it, {problem.remedy}"
        return f"The request to Google Cloud failed: {summarize_error(error)}"

    def settings(self) -> Iterator[RequiredSetting]:
        """APIs, federation, custom roles, service accounts, and then what they may do."""
        secrets = self._jobs.secrets_of("gcp")
        apis = [*APIS, *_FEDERATION_APIS, *(["secretmanager.googleapis.com"] if secrets else ())]
        # Without the first one, no other can be read: https://cloud.google.com/service-usage/docs/enable-disable
        for api in ("serviceusage.googleapis.com", *apis):
            yield self._api(api)
        self._number = str(execute(self._projects.get(name=f"projects/{self._project}"))["name"]).rpartition("/")[2]
        yield from self._federation()
        used = {grant.role for purpose in self._grants.values() for grant in purpose}
        yield from (self._custom_role(name) for name in ROLES if name in used)
        for purpose in self._jobs.identities:
            yield self._account(purpose)
            yield self._trust(purpose)
            for grant in self._grants[purpose]:
                yield self._project_grant(purpose, grant)
            yield from self._state_grants(purpose)
            yield from (self._secret_grant(purpose, secret) for secret in secrets)

    def variables(self) -> Iterator[tuple[str, str, str]]:
        """The forge's variables: name, value and environment."""
        yield "GOOGLE_PROVIDER", f"{self._pool_of(self._number)}/providers/{self._provider}", ""
        for purpose in self._jobs.identities:
            yield _VARIABLES[purpose], self._email(purpose), self._jobs.environment(purpose)

    def _require_short_subjects(self) -> None:
        for purpose in self._jobs.identities:
            for subject in self._jobs.subjects(purpose):
                if len(subject) > _MAX_SUBJECT:
                    raise BackendError(
                        f"The subject {subject} has {len(subject)} characters, and Google Cloud allows {_MAX_SUBJECT}. "
                        "Use a shorter name for the stack or the repository"
                    )

    @property
    def _pool(self) -> str:
        return self._pool_of(self._project)

    @staticmethod
    def _pool_of(project: str) -> str:
        return f"projects/{project}/locations/global/workloadIdentityPools/{_POOL}"

    @property
    def _provider(self) -> str:
        repository = "".join(letter if letter.isalnum() else "-" for letter in self._jobs.pipeline.repository.lower())
        return shortened(repository, _MAX_PROVIDER) if len(repository) >= 4 else f"{repository}-jobs"

    def _email(self, purpose: str) -> str:
        account = shortened(self._jobs.identities[purpose], _MAX_ACCOUNT)
        return f"{account}@{self._project}.iam.gserviceaccount.com"

    def _api(self, api: str) -> RequiredSetting:
        name = f"projects/{self._project}/services/{api}"
        return RequiredSetting(
            f"API {api}",
            "enabled",
            {"state": "ENABLED"},
            lambda: {"state": execute(self._services.services().get(name=name)).get("state")},
            lambda _: self._wait(execute(self._services.services().enable(name=name)), self._services.operations()),
        )

    def _wait(self, operation: Mapping[str, Any], operations: Any) -> None:
        """Waits until a long-running operation is done."""
        poll = retry(
            retry=retry_if_result(lambda response: not response.get("done")),
            stop=stop_after_delay(_WAIT_SECONDS),
            wait=wait_fixed(2),
            retry_error_callback=lambda _: None,
        )
        if not operation.get("done"):
            poll(lambda: execute(operations.get(name=operation["name"])))()

    def _federation(self) -> Iterator[RequiredSetting]:
        parent = self._pool.rpartition("/workloadIdentityPools/")[0]
        yield RequiredSetting(
            f"workload identity pool {_POOL}",
            "exists",
            {"state": "ACTIVE"},
            lambda: get_or_none(self._pools.get(name=self._pool)),
            lambda current: self._write(
                current, self._pool, self._pools.create(parent=parent, workloadIdentityPoolId=_POOL, body={}),
                self._pools.operations(),
            ),
        )  # fmt: skip
        issuer = self._jobs.pipeline.forge.issuer
        provider = {
            "oidc": {"issuerUri": f"https://{issuer}"},
            "attributeMapping": {
                "google.subject": "assertion.sub",
                "attribute.repository": _REPOSITORIES[issuer],
            },
            "attributeCondition": " || ".join(
                f"assertion.sub.startsWith('{prefix}:')" for prefix in self._jobs.pipeline.prefixes
            ),
        }
        name, providers = f"{self._pool}/providers/{self._provider}", self._pools.providers()
        yield RequiredSetting(
            f"provider {self._provider}",
            f"trusts only tokens of {self._jobs.pipeline.repository}",
            provider,
            lambda: get_or_none(providers.get(name=name)),
            lambda current: self._wait(
                execute(
                    providers.create(parent=self._pool, workloadIdentityPoolProviderId=self._provider, body=provider)
                    if current is None
                    else providers.patch(name=name, updateMask=",".join(provider), body=provider)
                ),
                providers.operations(),
            ),
            lambda current, desired: all(current.get(key) == value for key, value in desired.items()),
        )

    def _write(self, current: Any, subject: str, create: Any, operations: Any) -> None:
        if current is not None:
            raise BackendError(
                f"{subject} is {current.get('state')}. Undelete it with gcloud, or wait until it is gone"
            )
        self._wait(execute(create), operations)

    def _custom_role(self, name: str) -> RequiredSetting:
        full, role = custom_role(self._project, name), ROLES[name]
        body = {"title": role["title"], "includedPermissions": role["permissions"], "stage": "GA"}

        def write(current: Any) -> None:
            if current is None:
                parent, _, identifier = full.partition("/roles/")
                execute(self._roles.create(parent=parent, body={"roleId": identifier, "role": body}))
                return
            if current.get("deleted"):
                execute(self._roles.undelete(name=full, body={}))
            execute(self._roles.patch(name=full, body=body))

        return RequiredSetting(
            f"role {full.rpartition('/')[2]}",
            "has exactly the permissions in roles.json",
            body,
            lambda: get_or_none(self._roles.get(name=full)),
            write,
            lambda current, desired: (
                not current.get("deleted")
                and sorted(current.get("includedPermissions", ())) == desired["includedPermissions"]
            ),
        )

    def _account(self, purpose: str) -> RequiredSetting:
        email = self._email(purpose)
        description = f"Anykube's CI: {purpose} for {self._jobs.pipeline.repository}"
        name = f"projects/{self._project}/serviceAccounts/{email}"

        def read() -> Any:
            account = get_or_none(self._accounts.get(name=name))
            if account is not None and account.get("description") != description:
                raise BackendError(
                    f"The service account {email} already exists and is not that of {self._jobs.pipeline.repository}. "
                    f"To use it for this repository, set its description to {description!r}"
                )
            return account

        body = {
            "accountId": email.partition("@")[0],
            "serviceAccount": {"displayName": email.partition("@")[0], "description": description},
        }
        return RequiredSetting(
            f"service account {email}",
            "exists",
            {"description": description},
            read,
            lambda _: execute(self._accounts.create(name=f"projects/{self._project}", body=body)),
        )

    def _trust(self, purpose: str) -> RequiredSetting:
        email, subjects = self._email(purpose), self._jobs.subjects(purpose)
        resource = f"projects/{self._project}/serviceAccounts/{email}"
        binding = {"role": _USER, "members": sorted(self._member(subject) for subject in subjects)}
        return RequiredSetting(
            f"service account {email}",
            f"may be used only by {' or '.join(subjects)}",
            [binding],
            lambda: execute(self._accounts.getIamPolicy(resource=resource)),
            lambda current: execute(
                self._accounts.setIamPolicy(
                    resource=resource, body={"policy": {**current, "bindings": [binding], "version": 1}}
                )
            ),
            lambda current, desired: (
                [{**each, "members": sorted(each["members"])} for each in current.get("bindings", ())] == desired
            ),
        )

    def _member(self, subject: str) -> str:
        """https://cloud.google.com/iam/docs/workload-identity-federation#principal-types

        A pattern of subjects, which only previews on GitLab have, stands for all jobs of the repository.
        """
        pool = f"iam.googleapis.com/{self._pool_of(self._number)}"
        if "*" in subject:
            return f"principalSet://{pool}/attribute.repository/{self._jobs.pipeline.repository}"
        return f"principal://{pool}/subject/{subject}"

    def _project_grant(self, purpose: str, grant: Grant) -> RequiredSetting:
        resource = f"projects/{self._project}"
        options = {"options": {"requestedPolicyVersion": 3}}
        return self._binding(
            purpose,
            grant.role_name(self._project),
            f"in the project {self._project}",
            lambda: execute(self._projects.getIamPolicy(resource=resource, body=options)),
            lambda policy: execute(self._projects.setIamPolicy(resource=resource, body={"policy": policy})),
            grant.condition,
        )

    def _state_grants(self, purpose: str) -> Iterator[RequiredSetting]:
        stack_files = state_names(self._bucket, client.project(), self._stack)
        reviews = review_names(self._bucket, client.project(), self._stack)
        meta = f"projects/_/buckets/{self._bucket}/objects/.pulumi/meta.yaml"
        reads = [meta, *stack_files, *(reviews if purpose == "review" else ())]
        by_role: dict[str, Sequence[str]] = {
            "roles/storage.legacyBucketReader": (),
            "roles/storage.objectViewer": reads,
        }
        if purpose != "preview":
            by_role["roles/storage.objectUser"] = stack_files if purpose == "deploy" else reviews
        for role, names in by_role.items():
            yield self._binding(
                purpose,
                role,
                f"in the bucket {self._bucket}",
                lambda: execute(self._buckets.getIamPolicy(bucket=self._bucket, optionsRequestedPolicyVersion=3)),
                lambda policy: execute(self._buckets.setIamPolicy(bucket=self._bucket, body=policy)),
                Grant(role, names).condition,
            )
        yield self._binding(
            purpose,
            _KEY_ROLES[purpose],
            f"for the key {self._key}",
            lambda: execute(self._keys.getIamPolicy(resource=self._key, options_requestedPolicyVersion=3)),
            lambda policy: execute(self._keys.setIamPolicy(resource=self._key, body={"policy": policy})),
        )

    def _secret_grant(self, purpose: str, secret: str) -> RequiredSetting:
        resource = secret.partition("/versions/")[0]
        return self._binding(
            purpose,
            "roles/secretmanager.secretAccessor",
            f"for the secret {resource}",
            lambda: execute(self._secrets.getIamPolicy(resource=resource, options_requestedPolicyVersion=3)),
            lambda policy: execute(self._secrets.setIamPolicy(resource=resource, body={"policy": policy})),
        )

    def _binding(
        self,
        purpose: str,
        role: str,
        scope: str,
        read: Callable[[], Any],
        write: Callable[[Any], object],
        condition: Mapping[str, str] | None = None,
    ) -> RequiredSetting:
        """The identity has the role with exactly this condition. Bindings of others are kept.

        The preview's service account reads the state of several stacks, so it keeps its other conditions.
        """
        email = self._email(purpose)
        member = f"serviceAccount:{email}"
        binding = {"role": role, "members": [member], **({"condition": dict(condition)} if condition else {})}

        def is_stale(each: Mapping[str, Any]) -> bool:
            return each["role"] == role and each.get("members") == [member] and purpose != "preview"

        def has(policy: Any, _: Any) -> bool:
            matches = [
                each for each in policy.get("bindings", ()) if each["role"] == role and member in each["members"]
            ]
            exact = [each for each in matches if _expression(each) == _expression(binding)]
            return bool(exact) and (purpose == "preview" or len(matches) == len(exact))

        return RequiredSetting(
            f"service account {email}",
            f"has {role} {scope}{' for this stack' if condition else ''}",
            binding,
            read,
            lambda policy: write(
                {
                    **policy,
                    "version": 3,
                    "bindings": [*(each for each in policy.get("bindings", ()) if not is_stale(each)), binding],
                }
            ),
            has,
        )


def _app_roles(jobs: StackJobs) -> Sequence[str]:
    sections = [identity.gcp for identity in jobs.app_identities if identity.gcp]
    return [role for section in sections for role in (*section.roles, *(grant.role for grant in section.grants))]


def _expression(binding: Mapping[str, Any]) -> str:
    return str((binding.get("condition") or {}).get("expression", ""))
