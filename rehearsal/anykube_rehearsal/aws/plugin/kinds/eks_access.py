"""Access entries, access policies and pod identity associations of EKS."""

from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import ProviderAccount
from anykube_rehearsal.aws.plugin.kinds.eks_kind import GONE, IN_USE, EksKind, describe, format_time, pick
from anykube_rehearsal.aws.plugin.kinds.kind import (
    TAGS,
    ClientError,
    CreateRequest,
    Inputs,
    Json,
    Kind,
    call,
    call_or_none,
    changed,
    error_code,
    has_mark,
    tags_of,
)

_ENTRY = {"kubernetesGroups": "kubernetesGroups", "userName": "username", "type": "type"}
_IDENTITY = {
    "clusterName": "clusterName",
    "namespace": "namespace",
    "serviceAccount": "serviceAccount",
    "roleArn": "roleArn",
    "targetRoleArn": "targetRoleArn",
    "disableSessionTags": "disableSessionTags",
    "policy": "policy",
}


class AccessEntryKind(EksKind):
    """An access entry; its id is `cluster:principal`."""

    token = "aws:eks/accessEntry:AccessEntry"
    arn = "accessEntryArn"

    @override
    def create(self, request: CreateRequest) -> str:
        """Creates the resource, or adopts one with this mark."""
        account, inputs = request.account, request.inputs
        names = {"clusterName": inputs["clusterName"], "principalArn": inputs["principalArn"]}
        identifier = f"{names['clusterName']}:{names['principalArn']}"
        try:
            call(account.client("eks").create_access_entry, **names, **pick(inputs, _ENTRY), tags=tags_of(request))
        except ClientError as error:
            current = self.read(account, identifier, {}) if error_code(error) == IN_USE else None
            if current is None or not has_mark(request, current[TAGS]) or identifier in request.known_ids:
                raise
        return identifier

    @override
    def read(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """Reads the resource."""
        cluster, _, principal = identifier.partition(":")
        description = describe(account, "access_entry", "accessEntry", clusterName=cluster, principalArn=principal)
        return description and {
            "clusterName": cluster,
            "principalArn": principal,
            "accessEntryArn": description["accessEntryArn"],
            "kubernetesGroups": description.get("kubernetesGroups", []),
            "userName": description.get("username", ""),
            "type": description.get("type", "STANDARD"),
            "createdAt": format_time(description.get("createdAt")),
            "modifiedAt": format_time(description.get("modifiedAt")),
            TAGS: description.get("tags", {}),
        }

    @override
    def update(self, account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
        """Updates groups and user name."""
        if changed(old, new, "kubernetesGroups", "userName"):
            cluster, _, principal = identifier.partition(":")
            groups, user = new.get("kubernetesGroups") or [], new.get("userName")
            operation = account.client("eks").update_access_entry
            call(operation, clusterName=cluster, principalArn=principal, kubernetesGroups=groups, username=user)

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Deletes the resource."""
        cluster, _, principal = identifier.partition(":")
        call_or_none(account.client("eks").delete_access_entry, GONE, clusterName=cluster, principalArn=principal)


class AccessPolicyAssociationKind(Kind):
    """An access policy of a principal; its id is `cluster#principal#policy`."""

    token = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"

    @override
    def create(self, request: CreateRequest) -> str:
        """Creates it. Can be repeated."""
        inputs = request.inputs
        names = {key: inputs[key] for key in ("clusterName", "principalArn", "policyArn")}
        scope = {key: value for key, value in inputs["accessScope"].items() if value is not None}
        request.account.client("eks").associate_access_policy(**names, accessScope=scope)
        return "#".join(names.values())

    @override
    def read(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """Reads the association."""
        cluster, principal, policy = identifier.split("#")
        names = {"clusterName": cluster, "principalArn": principal}
        response = call_or_none(account.client("eks").list_associated_access_policies, GONE, **names)
        for description in (response or {}).get("associatedAccessPolicies", []):
            if description["policyArn"] == policy:
                return {
                    **names,
                    "policyArn": policy,
                    "accessScope": description["accessScope"],
                    "associatedAt": format_time(description.get("associatedAt")),
                    "modifiedAt": format_time(description.get("modifiedAt")),
                }
        return None

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Deletes the resource."""
        cluster, principal, policy = identifier.split("#")
        operation = account.client("eks").disassociate_access_policy
        call_or_none(operation, GONE, clusterName=cluster, principalArn=principal, policyArn=policy)


class PodIdentityAssociationKind(EksKind):
    """A pod identity association; EKS generates its id."""

    token = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
    arn = "associationArn"

    @override
    def create(self, request: CreateRequest) -> str:
        """Creates the resource, or adopts one with this mark."""
        account, inputs = request.account, request.inputs
        operation = account.client("eks").create_pod_identity_association
        try:
            response = call(operation, **pick(inputs, _IDENTITY), tags=tags_of(request))
            return str(response["association"]["associationId"])
        except ClientError as error:
            if error_code(error) != IN_USE:
                raise
            existing = self._find_marked(request)
            if existing is None:
                raise
            return existing

    def _find_marked(self, request: CreateRequest) -> str | None:
        names = {key: request.inputs[key] for key in ("clusterName", "namespace", "serviceAccount")}
        response = request.account.client("eks").list_pod_identity_associations(**names)
        for association in response["associations"]:
            identifier = str(association["associationId"])
            current = self.read(request.account, identifier, names)
            if current is not None and has_mark(request, current[TAGS]) and identifier not in request.known_ids:
                return identifier
        return None

    @override
    def read(self, account: ProviderAccount, identifier: str, state: Inputs) -> Json | None:
        """Reads the association. The id of an import is `cluster,id`."""
        cluster, comma, names = identifier.partition(",")
        cluster, names = (cluster, names) if comma else (str(state.get("clusterName", "")), identifier)
        parameters = {"clusterName": cluster, "associationId": names}
        description = describe(account, "pod_identity_association", "association", **parameters) if cluster else None
        return description and {
            **{wire: description[name] for wire, name in _IDENTITY.items() if description.get(name) is not None},
            "associationArn": description["associationArn"],
            "associationId": names,
            "externalId": description.get("externalId", ""),
            TAGS: description.get("tags", {}),
        }

    @override
    def update(self, account: ProviderAccount, identifier: str, old: Inputs, new: Inputs) -> None:
        """Updates the roles."""
        names = ("roleArn", "targetRoleArn", "disableSessionTags", "policy")
        if changed(old, new, *names):
            parameters = {name: new.get(name) for name in names}
            operation = account.client("eks").update_pod_identity_association
            call(operation, clusterName=new["clusterName"], associationId=identifier, **parameters)

    @override
    def delete(self, account: ProviderAccount, identifier: str, state: Inputs) -> None:
        """Deletes the resource."""
        operation = account.client("eks").delete_pod_identity_association
        call_or_none(operation, GONE, clusterName=state["clusterName"], associationId=identifier)


KINDS: list[Kind] = [AccessEntryKind(), AccessPolicyAssociationKind(), PodIdentityAssociationKind()]
