"""Calls of IAM: roles and OpenID Connect providers.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from anykube_rehearsal.aws.account import moto_backends
from anykube_rehearsal.aws.account.calls.model import IamCall, Resource, arn

_TAG = re.compile(r"Tags\.member\.(\d+)\.Key")
_TAGGING: Mapping[str, str] = {"CreateRole": "TagRole", "CreateOpenIDConnectProvider": "TagOpenIDConnectProvider"}
"""The action that a request with tags needs too."""


def calls(region: str, form: Mapping[str, str]) -> Iterator[IamCall]:
    """The permissions that a request needs."""
    action = form.get("Action", "")
    tags = {key: form[name.removesuffix("Key") + "Value"] for name, key in form.items() if _TAG.fullmatch(name)}
    resources, context = list(_resources(form)), _context(form)
    yield IamCall(f"iam:{action}", resources, region, tags, context)
    if tags and action in _TAGGING:
        yield IamCall(f"iam:{_TAGGING[action]}", resources, region, tags)


def _resources(form: Mapping[str, str]) -> Iterator[Resource]:
    if name := form.get("RoleName"):
        yield _role(name) or Resource(arn("iam", "", f"role{form.get('Path', '/')}{name}"))
    if url := form.get("Url"):
        yield Resource(arn("iam", "", f"oidc-provider/{url.removeprefix('https://')}"))
    if provider_arn := form.get("OpenIDConnectProviderArn"):
        provider = moto_backends.iam().open_id_providers.get(provider_arn)
        yield Resource(provider_arn, _plain(provider.tags) if provider else {})


def _context(form: Mapping[str, str]) -> Mapping[str, str]:
    keys = {"iam:PermissionsBoundary": "PermissionsBoundary", "iam:PolicyARN": "PolicyArn"}
    return {key: form[field] for key, field in keys.items() if field in form}


def _role(name: str) -> Resource | None:
    role = next((role for role in list(moto_backends.iam().roles.values()) if role.name == name), None)
    if role is None:
        return None
    boundary = role.permissions_boundary_arn
    return Resource(role.arn, _plain(role.tags), {"iam:PermissionsBoundary": boundary} if boundary else {})


def _plain(tags: Any) -> Mapping[str, str]:
    """moto's tags of roles are by lowercase key, those of providers a list."""
    items = tags.values() if isinstance(tags, Mapping) else tags or ()
    return {str(tag["Key"]): str(tag["Value"]) for tag in items}
