"""IAM, KMS, logs and launch templates in moto's account."""

import json
from typing import Any

import pytest

ROLE = "aws:iam/role:Role"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "eks.amazonaws.com"}},
        ],
    }
)
ALLOW = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
DENY = ALLOW.replace("Allow", "Deny")


def test_roles_and_policies(engine: Any) -> None:
    role = engine.create(ROLE, "node", assumeRolePolicy=TRUST)
    assert role["name"].startswith("node-")
    assert role["arn"] == f"arn:aws:iam::123456789012:role/{role['name']}"
    assert role["assumeRolePolicy"] == TRUST
    role = engine.update(role, assumeRolePolicy=TRUST, description="of nodes", tags={"a": "b"})
    assert role["description"] == "of nodes"
    policy = engine.create("aws:iam/policy:Policy", "p", policy=ALLOW)
    for _ in range(3):
        policy = engine.update(policy, policy=DENY)
        policy = engine.update(policy, policy=ALLOW)
    assert json.loads(policy["policy"]) == json.loads(ALLOW)
    inline = engine.create("aws:iam/rolePolicy:RolePolicy", "i", role=role["name"], policy=ALLOW)
    assert inline.identifier == f"{role['name']}:{inline['name']}"
    inline = engine.update(inline, role=role["name"], policy=DENY)
    attached = engine.create(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", role=role["name"], policyArn=policy.identifier
    )
    with pytest.raises(Exception, match="DeleteConflict"):
        engine.delete(role)
    for resource in (attached, inline, policy, role):
        engine.delete(resource)
        engine.delete(resource)
        assert engine.read(resource).resource_id == "", resource.urn


def test_rejects_a_name_of_another_resource(engine: Any) -> None:
    first = engine.create(ROLE, "one", name="same", assumeRolePolicy=TRUST)
    with pytest.raises(Exception, match="EntityAlreadyExists"):
        engine.create(ROLE, "two", name="same", assumeRolePolicy=TRUST)
    restarted = engine.restart()
    restarted.configure(defaultTags={"tags": {"team": "platform"}})
    assert restarted.create(ROLE, "one", name="same", assumeRolePolicy=TRUST).identifier == "same"
    diff = engine.diff(first, name="same", assumeRolePolicy=TRUST, path="/other/")
    assert diff.replaces == ["path"]
    assert diff.delete_before_replace
    engine.delete(first)


def test_openid_connect_providers(engine: Any) -> None:
    token, url = "aws:iam/openIdConnectProvider:OpenIdConnectProvider", "https://oidc.eks.eu-west-1.amazonaws.com/id/A"
    prints = ["a" * 40]
    provider = engine.create(token, "oidc", url=url, clientIdLists=["sts.amazonaws.com"], thumbprintLists=prints)
    assert provider["url"] in (url, url.removeprefix("https://"))
    # moto cannot add and remove clients.
    changed = engine.update(provider, url=url, clientIdLists=["sts.amazonaws.com"], thumbprintLists=["b" * 40])
    assert changed["thumbprintLists"] == ["b" * 40]
    engine.delete(changed)
    assert engine.read(changed).resource_id == ""


def test_keys(engine: Any) -> None:
    key = engine.create("aws:kms/key:Key", "k", enableKeyRotation=True, deletionWindowInDays=7, description="a")
    assert key["enableKeyRotation"] is True
    assert key["keyId"] == key.identifier
    key = engine.update(key, enableKeyRotation=False, deletionWindowInDays=7, description="b")
    assert key["enableKeyRotation"] is False
    assert key["description"] == "b"
    alias = engine.create("aws:kms/alias:Alias", "k", targetKeyId=key["arn"])
    assert alias["name"].startswith("alias/k-")
    assert alias["targetKeyId"] == key["arn"]
    assert not engine.diff(alias, targetKeyId=key["arn"]).changes
    for resource in (alias, key):
        engine.delete(resource)
        assert engine.read(resource).resource_id == "", resource.urn


def test_forced_replacement_adopts_nothing(engine: Any) -> None:
    token = "aws:kms/key:Key"
    engine.configure()
    old = engine.create(token, "forced")
    restarted = engine.restart()
    restarted.configure()
    # The engine checks with the old inputs, skips Diff, and checks and creates it like a new resource.
    restarted.check(token, "forced", {}, old.inputs)
    new = restarted.create(token, "forced")
    assert new.identifier != old.identifier
    for resource in (old, new):
        engine.delete(resource)


def test_log_groups(engine: Any) -> None:
    token, name = "aws:cloudwatch/logGroup:LogGroup", "/aws/eks/demo/cluster"
    group = engine.create(token, "logs", name=name, retentionInDays=90)
    assert group["arn"] == f"arn:aws:logs:eu-west-1:123456789012:log-group:{name}"
    group = engine.update(group, name=name, retentionInDays=30, tags={"a": "b"})
    assert group["retentionInDays"] == 30
    assert group["tags"] == {"a": "b"}
    group = engine.update(group, name=name)
    assert group["retentionInDays"] == 0
    assert group["tagsAll"] == {"team": "platform"}
    engine.delete(group)
    assert engine.read(group).resource_id == ""


def test_launch_templates(engine: Any) -> None:
    token = "aws:ec2/launchTemplate:LaunchTemplate"
    inputs: dict[str, Any] = {
        "namePrefix": "nodes-",
        "updateDefaultVersion": True,
        "metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 1, "httpEndpoint": "enabled"},
        "blockDeviceMappings": [
            {"deviceName": "/dev/xvda", "ebs": {"volumeSize": 80, "volumeType": "gp3", "encrypted": "true"}}
        ],
        "tagSpecifications": [{"resourceType": "instance", "tags": {"a": "b"}}],
        "monitoring": {"enabled": True},
        "networkInterfaces": [{"deviceIndex": 0, "securityGroups": ["sg-1"], "associatePublicIpAddress": "false"}],
    }
    template = engine.create(token, "nodes", **inputs)
    assert template["name"].startswith("nodes-")
    assert (template["latestVersion"], template["defaultVersion"]) == (1, 1)
    inputs["blockDeviceMappings"][0]["ebs"]["volumeSize"] = 100
    assert list(engine.diff(template, **inputs).detailed_diff) == ["blockDeviceMappings[0].ebs.volumeSize"]
    template = engine.update(template, **inputs)
    assert (template["latestVersion"], template["defaultVersion"]) == (2, 2)
    template = engine.update(template, **inputs, tags={"only": "tags"})
    assert template["latestVersion"] == 2
    engine.delete(template)
    assert engine.read(template).resource_id == ""
