"""Describes AWS for the plugin framework."""

import re

from anykube_rehearsal.aws.plugin.account import MARK, ProviderAccount
from anykube_rehearsal.aws.plugin.configuration import SETTINGS
from anykube_rehearsal.aws.plugin.invokes import FUNCTIONS
from anykube_rehearsal.aws.plugin.kinds.registry import KINDS
from anykube_rehearsal.aws.plugin.sdk import SDK, TABLES
from anykube_rehearsal.cloud.plugin.cloud import Cloud, Labels, Values
from anykube_rehearsal.cloud.plugin.names import Naming
from anykube_rehearsal.cloud.plugin.sdk import Property, Signature

_SERVICES = {"lb": "elasticloadbalancing", "alb": "elasticloadbalancing", "cloudwatch": "logs"}
"""Services in ARNs, if the SDK's module has another name."""


def _is_arn(value: str) -> bool:
    return re.fullmatch(r"arn:aws[\w-]*:[\w-]+:[\w-]*:(\d{12}|aws|)?:.+", value) is not None


def _default_output(
    account: ProviderAccount, signature: Signature, wire: str, prop: Property, identifier: str
) -> object:
    if wire == "region":
        return account.region
    if wire in ("ownerId", "accountId", "registryId"):
        return account.number
    if prop.type.kind == "string" and (wire == "arn" or (wire.endswith("Arn") and prop.required)):
        service, _, rest = signature.token.split(":", 1)[1].partition("/")
        return account.arn(_SERVICES.get(service, service), f"{rest.partition(':')[0].lower()}/{identifier}")
    return None


def _locate(account: ProviderAccount, values: Values) -> ProviderAccount:
    region = values.get("region")
    return account.in_region(region if isinstance(region, str) else None)


AWS = Cloud(
    name="aws",
    display_name="AWS",
    sdk=SDK,
    tables=TABLES,
    kinds=KINDS,
    labels=Labels(
        input="tags",
        all_output="tagsAll",
        default=lambda account: account.default_tags,
        is_hidden=lambda key: key == MARK or key.startswith("aws:"),
    ),
    settings=SETTINGS,
    naming=Naming(
        inputs={"aws:eks/nodeGroup:NodeGroup": "nodeGroupName"},
        prefixes={"aws:kms/alias:Alias": "alias/"},
        unnamed_types={"aws:eks/addon:Addon"},
    ),
    formats={"arn": (_is_arn, "an ARN, such as arn:aws:iam::123456789012:role/name")},
    functions=FUNCTIONS,
    default_output=_default_output,
    locate=_locate,
    common_outputs=lambda account, signature: {"region": account.region} if "region" in signature.outputs else {},
)
