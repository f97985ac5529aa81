"""The types of EKS: every request passes botocore's own validator; answers are a small memory's."""

from types import SimpleNamespace
from typing import Any

import pytest
from anykube_rehearsal.aws.plugin.account import Account

CLUSTER, GROUP, ADDON = "aws:eks/cluster:Cluster", "aws:eks/nodeGroup:NodeGroup", "aws:eks/addon:Addon"
ROLE = "arn:aws:iam::123456789012:role/eks"
_KEYS = {
    "Cluster": ("cluster", ("name",)),
    "Nodegroup": ("nodegroup", ("clusterName", "nodegroupName")),
    "Addon": ("addon", ("clusterName", "addonName")),
    "AccessEntry": ("accessEntry", ("clusterName", "principalArn")),
    "PodIdentityAssociation": ("association", ("clusterName", "associationId")),
}


class Memory:
    """What was asked, and what there is."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.things: dict[tuple[str, ...], dict[str, Any]] = {}
        self.fails = ""

    def names(self) -> list[str]:
        return [name for name, _ in self.asked if not name.startswith(("Describe", "List"))]

    def parameters(self, operation: str) -> list[dict[str, Any]]:
        return [parameters for name, parameters in self.asked if name == operation]

    def capture(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        # botocore adds a token of its own making to what may be repeated.
        given = {key: value for key, value in params.items() if key != "clientRequestToken"}
        self.asked.append((model.name, given))

    def answer(self, model: Any, **_: Any) -> tuple[Any, dict[str, Any]]:
        name, parameters = self.asked[-1]
        status, body = self._answer(name, parameters)
        return SimpleNamespace(status_code=status), body

    def _answer(self, name: str, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        for noun, (within, keys) in _KEYS.items():
            if name == f"Create{noun}":
                return self._create(noun, within, keys, parameters)
            key = (noun, *(str(parameters.get(one)) for one in keys))
            if name == f"Describe{noun}":
                if key not in self.things:
                    return _error("ResourceNotFoundException")
                return 200, {within: self.things[key]}
            if name == f"Delete{noun}":
                return (200, {}) if self.things.pop(key, None) else _error("ResourceNotFoundException")
        if name.startswith("Update") or name == "AssociateEncryptionConfig":
            return 200, {"update": {"id": "u-1", "status": "InProgress", "type": name}}
        if name == "DescribeUpdate":
            errors = [{"errorCode": "PodEvictionFailure", "errorMessage": "a pod stays"}] if self.fails else []
            status = "Failed" if self.fails else "Successful"
            return 200, {"update": {"id": "u-1", "status": status, "type": "VersionUpdate", "errors": errors}}
        if name == "ListAssociatedAccessPolicies":
            given = self.parameters("AssociateAccessPolicy")
            found = [{"policyArn": one["policyArn"], "accessScope": one["accessScope"]} for one in given]
            return 200, {"associatedAccessPolicies": found}
        return 200, {}

    def _create(
        self, noun: str, within: str, keys: tuple[str, ...], parameters: dict[str, Any]
    ) -> tuple[int, dict[str, Any]]:
        given = {"associationId": "a-1", **parameters}
        key = (noun, *(str(given[one]) for one in keys))
        if key in self.things:
            return _error("ResourceInUseException")
        about = {**given, f"{within}Arn": f"arn:aws:eks:eu-west-1:123456789012:{within}/1", "arn": "arn:aws:eks"}
        about |= {"status": "CREATE_FAILED" if self.fails else "ACTIVE"}
        about["health"] = {"issues": [{"code": "NodeCreationFailure", "message": self.fails}]}
        if noun == "Cluster":
            about |= {"version": given.get("version", "1.35"), "endpoint": "https://127.0.0.1:1"}
            about |= {"certificateAuthority": {"data": "Q0E="}, "identity": {"oidc": {"issuer": "https://i"}}}
            network = {**given["resourcesVpcConfig"], "vpcId": "vpc-1", "clusterSecurityGroupId": "sg-1"}
            about["resourcesVpcConfig"] = {"publicAccessCidrs": ["0.0.0.0/0"], "securityGroupIds": [], **network}
        self.things[key] = about
        return 200, {within: about}


def _error(code: str) -> tuple[int, dict[str, Any]]:
    return 400, {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {}}


@pytest.fixture
def memory(engine: Any, monkeypatch: pytest.MonkeyPatch) -> Memory:
    made = Memory()
    real = Account.client

    def client(account: Account, service: str) -> Any:
        found = real(account, service)
        if service == "eks" and not getattr(found, "_captured", False):
            found._captured = True
            found.meta.events.register("provide-client-params.eks", made.capture)
            found.meta.events.register("before-call.eks", made.answer)
        return found

    monkeypatch.setattr(Account, "client", client)
    return made


def cluster(**more: Any) -> dict[str, Any]:
    """The inputs of a cluster."""
    return {
        "roleArn": ROLE,
        "version": "1.35",
        "vpcConfig": {"subnetIds": ["subnet-1", "subnet-2"], "endpointPrivateAccess": True},
        "accessConfig": {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False},
        "encryptionConfig": {
            "provider": {"keyArn": "arn:aws:kms:eu-west-1:123456789012:key/1"},
            "resources": ["secrets"],
        },
        "enabledClusterLogTypes": ["api", "audit"],
        "upgradePolicy": {"supportType": "STANDARD"},
        "deletionProtection": True,
        "bootstrapSelfManagedAddons": False,
        **more,
    }


def group(**more: Any) -> dict[str, Any]:
    """The inputs of a node group."""
    return {
        "clusterName": "demo",
        "nodeRoleArn": ROLE,
        "nodeGroupNamePrefix": "general-",
        "subnetIds": ["subnet-1"],
        "scalingConfig": {"minSize": 1, "maxSize": 3, "desiredSize": 1},
        "launchTemplate": {"id": "lt-1", "version": "1"},
        "taints": [{"key": "gpu", "value": "yes", "effect": "NO_SCHEDULE"}],
        "labels": {"a": "1", "b": "2"},
        "updateConfig": {"maxUnavailablePercentage": 33},
        "nodeRepairConfig": {"enabled": True},
        **more,
    }


def test_cluster(engine: Any, memory: Memory) -> None:
    made = engine.create(CLUSTER, "demo", **cluster())
    assert made.identifier == made["name"]
    assert made["certificateAuthority"] == {"data": "Q0E="}
    assert made["identities"] == [{"oidcs": [{"issuer": "https://i"}]}]
    assert made["vpcConfig"]["clusterSecurityGroupId"] == "sg-1"
    assert made["enabledClusterLogTypes"] == ["api", "audit"]
    changed = cluster(
        version="1.36",
        vpcConfig={"subnetIds": ["subnet-2", "subnet-1"], "endpointPublicAccess": False, "endpointPrivateAccess": True},
        accessConfig={"authenticationMode": "API_AND_CONFIG_MAP", "bootstrapClusterCreatorAdminPermissions": False},
        enabledClusterLogTypes=["audit"],
        deletionProtection=False,
        tags={"a": "b"},
    )
    made = engine.update(made, **changed)
    assert memory.names() == ["CreateCluster", "UpdateClusterVersion", *["UpdateClusterConfig"] * 4, "TagResource"]
    matters = [sorted(one.keys() - {"name"}) for one in memory.parameters("UpdateClusterConfig")]
    assert matters == [["accessConfig"], ["logging"], ["resourcesVpcConfig"], ["deletionProtection"]]
    del changed["encryptionConfig"]
    assert engine.diff(made, **changed).replaces == ["encryptionConfig"]
    engine.delete(made)
    assert engine.read(made).resource_id == ""


def test_an_update_that_fails_says_why(engine: Any, memory: Memory) -> None:
    made = engine.create(CLUSTER, "demo", **cluster())
    memory.fails = "yes"
    with pytest.raises(RuntimeError, match="PodEvictionFailure: a pod stays"):
        engine.update(made, **cluster(version="1.36"))


def test_auto_mode_is_one_update(engine: Any, memory: Memory) -> None:
    made = engine.create(CLUSTER, "auto", **cluster())
    auto = cluster(
        computeConfig={"enabled": True, "nodePools": ["system"], "nodeRoleArn": ROLE},
        storageConfig={"blockStorage": {"enabled": True}},
        kubernetesNetworkConfig={"elasticLoadBalancing": {"enabled": True}},
    )
    engine.update(made, **auto)
    (asked,) = memory.parameters("UpdateClusterConfig")
    assert asked.keys() == {"name", "computeConfig", "storageConfig", "kubernetesNetworkConfig"}


def test_node_group(engine: Any, memory: Memory) -> None:
    made = engine.create(GROUP, "general", **group())
    assert made.identifier == f"demo:{made['nodeGroupName']}"
    assert made["nodeGroupName"].startswith("general-")
    assert not engine.diff(made, **group()).changes
    changed = group(
        launchTemplate={"id": "lt-1", "version": "2"},
        labels={"a": "1", "c": "3"},
        taints=[{"key": "gpu", "value": "no", "effect": "NO_SCHEDULE"}],
        scalingConfig={"minSize": 2, "maxSize": 3, "desiredSize": 2},
    )
    made = engine.update(made, **changed)
    assert memory.names() == ["CreateNodegroup", "UpdateNodegroupVersion", "UpdateNodegroupConfig"]
    (config,) = memory.parameters("UpdateNodegroupConfig")
    assert config["labels"] == {"addOrUpdateLabels": {"c": "3"}, "removeLabels": ["b"]}
    assert config["taints"] == {"addOrUpdateTaints": [{"key": "gpu", "value": "no", "effect": "NO_SCHEDULE"}]}
    found = engine.diff(made, **{**changed, "launchTemplate": {"id": "lt-2", "version": "2"}})
    assert list(found.detailed_diff) == ["launchTemplate.id"]
    assert found.replaces == ["launchTemplate"]
    assert not found.delete_before_replace
    engine.delete(made)
    assert engine.read(made).resource_id == ""


def test_a_node_group_that_fails_leaves_nothing(engine: Any, memory: Memory) -> None:
    memory.fails = "no capacity"
    with pytest.raises(RuntimeError, match="CREATE_FAILED: NodeCreationFailure: no capacity"):
        engine.create(GROUP, "general", **group())
    assert not memory.things


def test_addon(engine: Any, memory: Memory) -> None:
    given = {"clusterName": "demo", "addonName": "coredns", "preserve": True}
    made = engine.create(ADDON, "dns", **given, addonVersion="v1", resolveConflictsOnCreate="OVERWRITE")
    made = engine.update(
        made, **given, addonVersion="v2", configurationValues="{}", resolveConflictsOnUpdate="PRESERVE"
    )
    (asked,) = memory.parameters("UpdateAddon")
    assert asked["resolveConflicts"] == "PRESERVE"
    assert asked["addonVersion"] == "v2"
    engine.delete(made)
    assert memory.parameters("DeleteAddon")[0]["preserve"] is True


def test_access(engine: Any, memory: Memory) -> None:
    own = {"clusterName": "demo", "principalArn": ROLE}
    entry = engine.create("aws:eks/accessEntry:AccessEntry", "admin", **own, kubernetesGroups=["viewers"])
    assert entry.identifier == f"demo:{ROLE}"
    engine.update(entry, **own, kubernetesGroups=["editors"], tags={"a": "b"})
    policy = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
    association = engine.create(
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        "admin",
        **own,
        policyArn=policy,
        accessScope={"type": "cluster"},
    )
    assert association["accessScope"] == {"type": "cluster"}
    pod = {"clusterName": "demo", "namespace": "kube-system", "serviceAccount": "ebs"}
    identity = engine.create("aws:eks/podIdentityAssociation:PodIdentityAssociation", "ebs", **pod, roleArn=ROLE)
    assert identity.identifier == identity["associationId"]
    engine.update(identity, **pod, roleArn=f"{ROLE}-other")
    for resource in (identity, association, entry):
        engine.delete(resource)
    assert not memory.things


def test_what_is_there_is_taken_over_only_if_it_is_ours(engine: Any, memory: Memory) -> None:
    given = {"clusterName": "demo", "principalArn": ROLE}
    token = "aws:eks/accessEntry:AccessEntry"
    engine.create(token, "admin", **given)
    again = engine.restart()
    again.configure(defaultTags={"tags": {"team": "platform"}})
    assert again.create(token, "admin", **given).identifier == f"demo:{ROLE}"
    with pytest.raises(Exception, match="ResourceInUseException"):
        again.create(token, "other", **given)
