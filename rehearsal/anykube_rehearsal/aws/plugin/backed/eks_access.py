"""Who may do what: access entries, their policies, and the roles of pods."""

from typing_extensions import override

from anykube_rehearsal.aws.plugin.account import Account
from anykube_rehearsal.aws.plugin.backed.eks_kind import GONE, IN_USE, EksKind, describe, given, when
from anykube_rehearsal.aws.plugin.backed.kind import (
    TAGS,
    ClientError,
    CreateRequest,
    Inputs,
    Json,
    Kind,
    call,
    changed,
    code,
    found,
    is_made,
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


class AccessEntry(EksKind):
    """That a principal may come in; its id is `cluster:principal`."""

    token = "aws:eks/accessEntry:AccessEntry"
    arn = "accessEntryArn"

    @override
    def create(self, making: CreateRequest) -> str:
        """Makes it; one with this mark is taken over."""
        account, inputs = making.account, making.inputs
        own = {"clusterName": inputs["clusterName"], "principalArn": inputs["principalArn"]}
        identifier = f"{own['clusterName']}:{own['principalArn']}"
        try:
            call(account.client("eks").create_access_entry, **own, **given(inputs, _ENTRY), tags=tags_of(making))
        except ClientError as error:
            now = self.read(account, identifier, {}) if code(error) == IN_USE else None
            if now is None or not is_made(making, now[TAGS]) or identifier in making.known_ids:
                raise
        return identifier

    @override
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """What it is like."""
        cluster, _, principal = identifier.partition(":")
        about = describe(account, "access_entry", "accessEntry", clusterName=cluster, principalArn=principal)
        return about and {
            "clusterName": cluster,
            "principalArn": principal,
            "accessEntryArn": about["accessEntryArn"],
            "kubernetesGroups": about.get("kubernetesGroups", []),
            "userName": about.get("username", ""),
            "type": about.get("type", "STANDARD"),
            "createdAt": when(about.get("createdAt")),
            "modifiedAt": when(about.get("modifiedAt")),
            TAGS: about.get("tags", {}),
        }

    @override
    def update(self, account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
        """Changes groups and user name."""
        if changed(old, new, "kubernetesGroups", "userName"):
            cluster, _, principal = identifier.partition(":")
            groups, user = new.get("kubernetesGroups") or [], new.get("userName")
            operation = account.client("eks").update_access_entry
            call(operation, clusterName=cluster, principalArn=principal, kubernetesGroups=groups, username=user)

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Removes it."""
        cluster, _, principal = identifier.partition(":")
        found(account.client("eks").delete_access_entry, GONE, clusterName=cluster, principalArn=principal)


class AccessPolicyAssociation(Kind):
    """What a principal may do; its id is `cluster#principal#policy`."""

    token = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"

    @override
    def create(self, making: CreateRequest) -> str:
        """Makes it, which may be repeated."""
        inputs = making.inputs
        own = {key: inputs[key] for key in ("clusterName", "principalArn", "policyArn")}
        scope = {key: value for key, value in inputs["accessScope"].items() if value is not None}
        making.account.client("eks").associate_access_policy(**own, accessScope=scope)
        return "#".join(own.values())

    @override
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """What it allows."""
        cluster, principal, policy = identifier.split("#")
        own = {"clusterName": cluster, "principalArn": principal}
        answer = found(account.client("eks").list_associated_access_policies, GONE, **own)
        for about in (answer or {}).get("associatedAccessPolicies", []):
            if about["policyArn"] == policy:
                return {
                    **own,
                    "policyArn": policy,
                    "accessScope": about["accessScope"],
                    "associatedAt": when(about.get("associatedAt")),
                    "modifiedAt": when(about.get("modifiedAt")),
                }
        return None

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Removes it."""
        cluster, principal, policy = identifier.split("#")
        operation = account.client("eks").disassociate_access_policy
        found(operation, GONE, clusterName=cluster, principalArn=principal, policyArn=policy)


class PodIdentityAssociation(EksKind):
    """The role of the pods of a service account; EKS gives it an id."""

    token = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
    arn = "associationArn"

    @override
    def create(self, making: CreateRequest) -> str:
        """Makes it; one with this mark is taken over."""
        account, inputs = making.account, making.inputs
        operation = account.client("eks").create_pod_identity_association
        try:
            answer = call(operation, **given(inputs, _IDENTITY), tags=tags_of(making))
            return str(answer["association"]["associationId"])
        except ClientError as error:
            if code(error) != IN_USE:
                raise
            taken = self._marked(making)
            if taken is None:
                raise
            return taken

    def _marked(self, making: CreateRequest) -> str | None:
        own = {key: making.inputs[key] for key in ("clusterName", "namespace", "serviceAccount")}
        answer = making.account.client("eks").list_pod_identity_associations(**own)
        for one in answer["associations"]:
            identifier = str(one["associationId"])
            now = self.read(making.account, identifier, own)
            if now is not None and is_made(making, now[TAGS]) and identifier not in making.known_ids:
                return identifier
        return None

    @override
    def read(self, account: Account, identifier: str, state: Inputs) -> Json | None:
        """What it is like. An import says `cluster,id`."""
        cluster, comma, own = identifier.partition(",")
        cluster, own = (cluster, own) if comma else (str(state.get("clusterName", "")), identifier)
        parameters = {"clusterName": cluster, "associationId": own}
        about = describe(account, "pod_identity_association", "association", **parameters) if cluster else None
        return about and {
            **{wire: about[name] for wire, name in _IDENTITY.items() if about.get(name) is not None},
            "associationArn": about["associationArn"],
            "associationId": own,
            "externalId": about.get("externalId", ""),
            TAGS: about.get("tags", {}),
        }

    @override
    def update(self, account: Account, identifier: str, old: Inputs, new: Inputs) -> None:
        """Changes the roles."""
        names = ("roleArn", "targetRoleArn", "disableSessionTags", "policy")
        if changed(old, new, *names):
            parameters = {name: new.get(name) for name in names}
            operation = account.client("eks").update_pod_identity_association
            call(operation, clusterName=new["clusterName"], associationId=identifier, **parameters)

    @override
    def delete(self, account: Account, identifier: str, state: Inputs) -> None:
        """Removes it."""
        operation = account.client("eks").delete_pod_identity_association
        found(operation, GONE, clusterName=state["clusterName"], associationId=identifier)


KINDS: list[Kind] = [AccessEntry(), AccessPolicyAssociation(), PodIdentityAssociation()]
