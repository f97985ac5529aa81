"""The plugin's responses to the engine: names, previews, configuration, functions, types outside of the account."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from anykube_cli.plugin.values import UNKNOWN, Unknown, property_values, python_value, python_values
from anykube_cli.toolchain import simulation
from anykube_rehearsal.aws.plugin.cloud import AWS
from anykube_rehearsal.cloud.plugin.provider import Provider
from pulumi.provider.experimental import provider as pulumi_provider
from pulumi.provider.experimental.property_value import PropertyValue

CLUSTER, BUCKET, ROLE = "aws:eks/cluster:Cluster", "aws:s3/bucket:Bucket", "aws:iam/role:Role"
TRUST = '{"Version": "2012-10-17", "Statement": []}'


def test_reports_all_failures_at_once(engine: Any) -> None:
    failures = engine.failures(CLUSTER, rolArn="x", vpcConfig={"subnetIds": [1]})
    assert failures.keys() == {"rolArn", "roleArn", "vpcConfig.subnetIds[0]"}
    assert "did you mean roleArn?" in failures["rolArn"]
    assert "no aws:eks/clutser:Clutser" in engine.failures("aws:eks/clutser:Clutser")[""]


def test_autonames(engine: Any) -> None:
    def check(old: Any = None, **inputs: Any) -> dict[str, Any]:
        response = engine.check(ROLE, "node", {"assumeRolePolicy": TRUST, **inputs}, old)
        return {key: python_value(value) for key, value in response.inputs.items()}

    name = check()["name"]
    assert len(name) == len("node-") + 7
    assert check()["__defaults"] == ["name"]
    assert check(property_values({"name": "node-1234567", "__defaults": ["name"]}))["name"] == "node-1234567"
    assert check(property_values({"name": "chosen"}))["name"] == name
    assert "name" not in check(namePrefix="node-")
    assert check(name="chosen")["name"] == "chosen"
    assert "name" not in engine.check("aws:eks/addon:Addon", "a", {"clusterName": "a", "addonName": "b"}).inputs


def test_converts_policy_documents_to_strings(engine: Any) -> None:
    response = engine.check(ROLE, "node", {"assumeRolePolicy": {"Version": "2012-10-17", "Statement": []}})
    assert json.loads(response.inputs["assumeRolePolicy"].value) == json.loads(TRUST)


def test_preview(engine: Any) -> None:
    role = "arn:aws:iam::123456789012:role/eks"
    planned = engine.plan(CLUSTER, "demo", roleArn=role, vpcConfig={"subnetIds": ["a", UNKNOWN]})
    assert planned.identifier == ""
    assert isinstance(planned["endpoint"], Unknown)
    assert isinstance(planned["vpcConfig"]["clusterSecurityGroupId"], Unknown)
    assert planned["vpcConfig"]["endpointPublicAccess"] is True
    assert planned["vpcConfig"]["subnetIds"][0] == "a"
    assert planned["roleArn"] == role
    assert PropertyValue.marshal_map(planned.outputs)


def test_keeps_secrets_secret(engine: Any) -> None:
    urn = f"urn:pulumi:dev::anykube::{BUCKET}::b"
    properties = {"bucket": PropertyValue("private", is_secret=True)}
    response = asyncio.run(engine.plugin.create(pulumi_provider.CreateRequest(urn, properties, 0, False)))
    assert response.properties["bucket"].is_secret
    inputs = response.properties[simulation.MARK].value
    assert isinstance(inputs, Mapping)
    assert inputs["bucket"].is_secret


def test_rejects_the_state_of_a_real_account(engine: Any) -> None:
    resource = engine.create(BUCKET, "data", bucket="data")
    real = replace(resource, outputs={key: value for key, value in resource.outputs.items() if key != simulation.MARK})
    with pytest.raises(ValueError, match="is in a real account"):
        engine.diff(real, bucket="other")
    with pytest.raises(ValueError, match="is in a real account"):
        engine.delete(real)


def test_rejects_use_outside_of_a_rehearsal(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(simulation.VARIABLE)
    with pytest.raises(ValueError, match="so no rehearsal runs"):
        engine.configure()


def test_stores_types_outside_of_the_account(engine: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    resource = engine.create(BUCKET, "data", bucket="data")
    assert resource.identifier == "data"
    assert resource["arn"].startswith("arn:aws:s3:")
    changed = engine.update(resource, bucket="data", forceDestroy=True)
    assert changed["forceDestroy"] is True
    (entry,) = [json.loads(line) for line in (tmp_path / "unknown.jsonl").read_text().splitlines()][:1]
    assert entry["properties"] == ["forceDestroy"]
    assert "may replace it for changes of forceDestroy" in capsys.readouterr().err
    assert engine.read(changed).resource_id == "data"
    engine.delete(changed)
    engine.delete(changed)
    assert engine.read(changed).resource_id == ""


def _failures(engine: Any, **config: Any) -> dict[str, str]:
    request = pulumi_provider.CheckRequest(
        "urn:pulumi:dev::a::pulumi:providers:aws::p", {}, property_values(config), b""
    )
    response = asyncio.run(engine.plugin.check_config(request))
    return {failure.property: failure.reason for failure in response.failures or []}


def test_validates_the_configuration(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _failures(engine, region="eu-west-1", defaultTags='{"tags": {"a": "b"}}', version="7.51.1") == {}
    assert _failures(engine, region=UNKNOWN) == {}
    assert "AWS_REGION" in _failures(engine)["region"]
    assert "did you mean region?" in _failures(engine, region="a", regin="b")["regin"]
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    assert _failures(engine) == {}
    engine.plugin = Provider(AWS)
    with pytest.raises(ValueError, match="no region yet"):
        engine.invoke("aws:index/getRegion:getRegion")


@pytest.mark.parametrize("address", ["", "https://eks.eu-west-1.amazonaws.com", "http://127.0.0.1.example.com"])
def test_rejects_endpoints_of_other_machines(engine: Any, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    assert (
        "the simulated AWS provider needs a simulated account on this machine"
        in _failures(engine, region="eu-west-1")["endpoints"]
    )
    with pytest.raises(ValueError, match="the simulated AWS provider needs a simulated account on this machine"):
        engine.configure()


def test_another_region_replaces_the_provider(engine: Any) -> None:
    def replaces(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
        request = pulumi_provider.DiffRequest("urn", "id", property_values(old), property_values(new), [])
        properties: list[str] = asyncio.run(engine.plugin.diff_config(request)).replaces
        return properties

    assert replaces({"region": "a"}, {"region": "b"}) == ["region"]
    assert replaces({"region": "a"}, {"region": "a", "profile": "b"}) == []


def test_calls_functions(engine: Any) -> None:
    zones = engine.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", state="available")
    assert zones["names"] == ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
    filtered = [{"name": "opt-in-status", "values": ["opt-in-not-required"]}]
    assert engine.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", filters=filtered)["names"]
    assert engine.invoke("aws:index/getCallerIdentity:getCallerIdentity")["accountId"] == "123456789012"
    assert engine.invoke("aws:index/getRegion:getRegion")["region"] == "eu-west-1"
    assert engine.invoke("aws:index/getPartition:getPartition")["partition"] == "aws"
    offered = engine.invoke(
        "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings",
        filters=[{"name": "instance-type", "values": ["m5.large"]}],
        locationType="availability-zone",
    )
    assert set(offered["instanceTypes"]) == {"m5.large"}
    assert engine.invoke("aws:ec2/getVpc:getVpc", id="vpc-1")["id"] == "vpc-1"


def test_validates_arguments_of_functions(engine: Any) -> None:
    request = pulumi_provider.InvokeRequest("aws:eks/getAddonVersion:getAddonVersion", property_values({"addon": "a"}))
    response = asyncio.run(engine.plugin.invoke(request))
    assert {failure.property for failure in response.failures} == {"addon", "addonName", "kubernetesVersion"}


def test_computes_policy_documents(engine: Any) -> None:
    statement = {
        "sid": "a",
        "actions": ["sts:AssumeRole", "sts:TagSession"],
        "principals": [{"type": "Service", "identifiers": ["pods.eks.amazonaws.com"]}],
        "conditions": [{"test": "StringEquals", "variable": "aws:a", "values": ["b"]}],
    }
    document = engine.invoke("aws:iam/getPolicyDocument:getPolicyDocument", statements=[statement])
    (computed,) = json.loads(document["json"])["Statement"]
    assert computed == {
        "Sid": "a",
        "Effect": "Allow",
        "Action": ["sts:TagSession", "sts:AssumeRole"],
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Condition": {"StringEquals": {"aws:a": "b"}},
    }


def test_property_maps_survive_serialization(engine: Any) -> None:
    resource = engine.create(BUCKET, "data", tags={"a": "b"})
    outputs = PropertyValue.unmarshal_map(PropertyValue.marshal_map(resource.outputs))
    assert python_values(outputs)["tagsAll"] == {"a": "b", "team": "platform"}
    diff = asyncio.run(
        engine.plugin.diff(pulumi_provider.DiffRequest(resource.urn, resource.identifier, outputs, resource.inputs, []))
    )
    assert diff.changes is False
