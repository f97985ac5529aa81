"""EKS types. botocore validates every request; a fake in memory responds."""

from types import SimpleNamespace
from typing import Any

import pytest
from anykube_rehearsal.aws.plugin.account import ProviderAccount

CLUSTER, GROUP, ADDON = "aws:eks/cluster:Cluster", "aws:eks/nodeGroup:NodeGroup", "aws:eks/addon:Addon"
ROLE = "arn:aws:iam::123456789012:role/eks"
_KEYS = {
    "Cluster": ("cluster", ("name",)),
    "Nodegroup": ("nodegroup", ("clusterName", "nodegroupName")),
    "Addon": ("addon", ("clusterName", "addonName")),
    "AccessEntry": ("accessEntry", ("clusterName", "principalArn")),
    "PodIdentityAssociation": ("association", ("clusterName", "associationId")),
}


class FakeEks:
    """Records requests and stores resources."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.resources: dict[tuple[str, ...], dict[str, Any]] = {}
        self.failure = ""

    def names(self) -> list[str]:
        return [name for name, _ in self.requests if not name.startswith(("Describe", "List"))]

    def parameters(self, operation: str) -> list[dict[str, Any]]:
        return [parameters for name, parameters in self.requests if name == operation]

    def capture(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        # botocore adds a generated token to idempotent requests.
        parameters = {key: value for key, value in params.items() if key != "clientRequestToken"}
        self.requests.append((model.name, parameters))

    def respond(self, model: Any, **_: Any) -> tuple[Any, dict[str, Any]]:
        name, parameters = self.requests[-1]
        status, body = self._respond(name, parameters)
        return SimpleNamespace(status_code=status), body

    def _respond(self, name: str, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        for noun, (response_key, keys) in _KEYS.items():
            if name == f"Create{noun}":
                return self._create(noun, response_key, keys, parameters)
            key = (noun, *(str(parameters.get(part)) for part in keys))
            if name == f"Describe{noun}":
                if key not in self.resources:
                    return _error("ResourceNotFoundException")
                return 200, {response_key: self.resources[key]}
            if name == f"Delete{noun}":
                return (200, {}) if self.resources.pop(key, None) else _error("ResourceNotFoundException")
        if name.startswith("Update") or name == "AssociateEncryptionConfig":
            return 200, {"update": {"id": "u-1", "status": "InProgress", "type": name}}
        if name == "DescribeUpdate":
            errors = [{"errorCode": "PodEvictionFailure", "errorMessage": "a pod stays"}] if self.failure else []
            status = "Failed" if self.failure else "Successful"
            return 200, {"update": {"id": "u-1", "status": status, "type": "VersionUpdate", "errors": errors}}
        if name == "ListAssociatedAccessPolicies":
            associations = self.parameters("AssociateAccessPolicy")
            fields = ("policyArn", "accessScope")
            policies = [{field: each[field] for field in fields} for each in associations]
            return 200, {"associatedAccessPolicies": policies}
        return 200, {}

    def _create(
        self, noun: str, response_key: str, keys: tuple[str, ...], parameters: dict[str, Any]
    ) -> tuple[int, dict[str, Any]]:
        parameters = {"associationId": "a-1", **parameters}
        key = (noun, *(str(parameters[part]) for part in keys))
        if key in self.resources:
            return _error("ResourceInUseException")
        description = {
            **parameters,
            f"{response_key}Arn": f"arn:aws:eks:eu-west-1:123456789012:{response_key}/1",
            "arn": "arn:aws:eks",
        }
        description |= {"status": "CREATE_FAILED" if self.failure else "ACTIVE"}
        description["health"] = {"issues": [{"code": "NodeCreationFailure", "message": self.failure}]}
        if noun == "Cluster":
            description |= {"version": parameters.get("version", "1.35"), "endpoint": "https://127.0.0.1:1"}
            description |= {"certificateAuthority": {"data": "Q0E="}, "identity": {"oidc": {"issuer": "https://i"}}}
            network = {**parameters["resourcesVpcConfig"], "vpcId": "vpc-1", "clusterSecurityGroupId": "sg-1"}
            description["resourcesVpcConfig"] = {"publicAccessCidrs": ["0.0.0.0/0"], "securityGroupIds": [], **network}
        self.resources[key] = description
        return 200, {response_key: description}


def _error(code: str) -> tuple[int, dict[str, Any]]:
    return 400, {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {}}


@pytest.fixture
def eks(engine: Any, monkeypatch: pytest.MonkeyPatch) -> FakeEks:
    fake = FakeEks()
    original = ProviderAccount.client

    def client(account: ProviderAccount, service: str) -> Any:
        boto_client = original(account, service)
        if service == "eks" and not getattr(boto_client, "_captured", False):
            boto_client._captured = True
            boto_client.meta.events.register("provide-client-params.eks", fake.capture)
            boto_client.meta.events.register("before-call.eks", fake.respond)
        return boto_client

    monkeypatch.setattr(ProviderAccount, "client", client)
    return fake


def cluster(**overrides: Any) -> dict[str, Any]:
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
        **overrides,
    }


def group(**overrides: Any) -> dict[str, Any]:
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
        **overrides,
    }


def test_cluster(engine: Any, eks: FakeEks) -> None:
    resource = engine.create(CLUSTER, "demo", **cluster())
    assert resource.identifier == resource["name"]
    assert resource["certificateAuthority"] == {"data": "Q0E="}
    assert resource["identities"] == [{"oidcs": [{"issuer": "https://i"}]}]
    assert resource["vpcConfig"]["clusterSecurityGroupId"] == "sg-1"
    assert resource["enabledClusterLogTypes"] == ["api", "audit"]
    changed = cluster(
        version="1.36",
        vpcConfig={"subnetIds": ["subnet-2", "subnet-1"], "endpointPublicAccess": False, "endpointPrivateAccess": True},
        accessConfig={"authenticationMode": "API_AND_CONFIG_MAP", "bootstrapClusterCreatorAdminPermissions": False},
        enabledClusterLogTypes=["audit"],
        deletionProtection=False,
        tags={"a": "b"},
    )
    resource = engine.update(resource, **changed)
    assert eks.names() == ["CreateCluster", "UpdateClusterVersion", *["UpdateClusterConfig"] * 4, "TagResource"]
    fields = [sorted(call.keys() - {"name"}) for call in eks.parameters("UpdateClusterConfig")]
    assert fields == [["accessConfig"], ["logging"], ["resourcesVpcConfig"], ["deletionProtection"]]
    del changed["encryptionConfig"]
    assert engine.diff(resource, **changed).replaces == ["encryptionConfig"]
    engine.delete(resource)
    assert engine.read(resource).resource_id == ""


def test_reports_why_an_update_failed(engine: Any, eks: FakeEks) -> None:
    resource = engine.create(CLUSTER, "demo", **cluster())
    eks.failure = "yes"
    with pytest.raises(RuntimeError, match="PodEvictionFailure: a pod stays"):
        engine.update(resource, **cluster(version="1.36"))


def test_auto_mode_is_one_update(engine: Any, eks: FakeEks) -> None:
    resource = engine.create(CLUSTER, "auto", **cluster())
    auto = cluster(
        computeConfig={"enabled": True, "nodePools": ["system"], "nodeRoleArn": ROLE},
        storageConfig={"blockStorage": {"enabled": True}},
        kubernetesNetworkConfig={"elasticLoadBalancing": {"enabled": True}},
    )
    engine.update(resource, **auto)
    (call,) = eks.parameters("UpdateClusterConfig")
    assert call.keys() == {"name", "computeConfig", "storageConfig", "kubernetesNetworkConfig"}


def test_node_group(engine: Any, eks: FakeEks) -> None:
    resource = engine.create(GROUP, "general", **group())
    assert resource.identifier == f"demo:{resource['nodeGroupName']}"
    assert resource["nodeGroupName"].startswith("general-")
    assert not engine.diff(resource, **group()).changes
    changed = group(
        launchTemplate={"id": "lt-1", "version": "2"},
        labels={"a": "1", "c": "3"},
        taints=[{"key": "gpu", "value": "no", "effect": "NO_SCHEDULE"}],
        scalingConfig={"minSize": 2, "maxSize": 3, "desiredSize": 2},
    )
    resource = engine.update(resource, **changed)
    assert eks.names() == ["CreateNodegroup", "UpdateNodegroupVersion", "UpdateNodegroupConfig"]
    (config,) = eks.parameters("UpdateNodegroupConfig")
    assert config["labels"] == {"addOrUpdateLabels": {"c": "3"}, "removeLabels": ["b"]}
    assert config["taints"] == {"addOrUpdateTaints": [{"key": "gpu", "value": "no", "effect": "NO_SCHEDULE"}]}
    diff = engine.diff(resource, **{**changed, "launchTemplate": {"id": "lt-2", "version": "2"}})
    assert list(diff.detailed_diff) == ["launchTemplate.id"]
    assert diff.replaces == ["launchTemplate"]
    assert not diff.delete_before_replace
    engine.delete(resource)
    assert engine.read(resource).resource_id == ""


def test_failed_node_group_leaves_nothing(engine: Any, eks: FakeEks) -> None:
    eks.failure = "no capacity"
    with pytest.raises(RuntimeError, match="CREATE_FAILED: NodeCreationFailure: no capacity"):
        engine.create(GROUP, "general", **group())
    assert not eks.resources


def test_addon(engine: Any, eks: FakeEks) -> None:
    inputs = {"clusterName": "demo", "addonName": "coredns", "preserve": True}
    resource = engine.create(ADDON, "dns", **inputs, addonVersion="v1", resolveConflictsOnCreate="OVERWRITE")
    resource = engine.update(
        resource, **inputs, addonVersion="v2", configurationValues="{}", resolveConflictsOnUpdate="PRESERVE"
    )
    (call,) = eks.parameters("UpdateAddon")
    assert call["resolveConflicts"] == "PRESERVE"
    assert call["addonVersion"] == "v2"
    engine.delete(resource)
    assert eks.parameters("DeleteAddon")[0]["preserve"] is True


def test_access(engine: Any, eks: FakeEks) -> None:
    ids = {"clusterName": "demo", "principalArn": ROLE}
    entry = engine.create("aws:eks/accessEntry:AccessEntry", "admin", **ids, kubernetesGroups=["viewers"])
    assert entry.identifier == f"demo:{ROLE}"
    engine.update(entry, **ids, kubernetesGroups=["editors"], tags={"a": "b"})
    policy = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
    association = engine.create(
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        "admin",
        **ids,
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
    assert not eks.resources


def test_adopts_only_resources_with_its_mark(engine: Any, eks: FakeEks) -> None:
    inputs = {"clusterName": "demo", "principalArn": ROLE}
    token = "aws:eks/accessEntry:AccessEntry"
    engine.create(token, "admin", **inputs)
    restarted = engine.restart()
    restarted.configure(defaultTags={"tags": {"team": "platform"}})
    assert restarted.create(token, "admin", **inputs).identifier == f"demo:{ROLE}"
    with pytest.raises(Exception, match="ResourceInUseException"):
        restarted.create(token, "other", **inputs)
