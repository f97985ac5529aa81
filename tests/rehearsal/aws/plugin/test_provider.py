"""What the plugin says to the engine: names, previews, configuration, functions, types that nothing is made for."""

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


def test_failures_come_together(engine: Any) -> None:
    found = engine.failures(CLUSTER, rolArn="x", vpcConfig={"subnetIds": [1]})
    assert found.keys() == {"rolArn", "roleArn", "vpcConfig.subnetIds[0]"}
    assert "did you mean roleArn?" in found["rolArn"]
    assert "no aws:eks/clutser:Clutser" in engine.failures("aws:eks/clutser:Clutser")[""]


def test_names(engine: Any) -> None:
    def checked(old: Any = None, **inputs: Any) -> dict[str, Any]:
        answer = engine.check(ROLE, "node", {"assumeRolePolicy": TRUST, **inputs}, old)
        return {key: python_value(value) for key, value in answer.inputs.items()}

    name = checked()["name"]
    assert len(name) == len("node-") + 7
    assert checked()["__defaults"] == ["name"]
    assert checked(property_values({"name": "node-1234567", "__defaults": ["name"]}))["name"] == "node-1234567"
    assert checked(property_values({"name": "chosen"}))["name"] == name
    assert "name" not in checked(namePrefix="node-")
    assert checked(name="chosen")["name"] == "chosen"
    assert "name" not in engine.check("aws:eks/addon:Addon", "a", {"clusterName": "a", "addonName": "b"}).inputs


def test_documents_become_strings(engine: Any) -> None:
    answer = engine.check(ROLE, "node", {"assumeRolePolicy": {"Version": "2012-10-17", "Statement": []}})
    assert json.loads(answer.inputs["assumeRolePolicy"].value) == json.loads(TRUST)


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


def test_secrets_stay_secret(engine: Any) -> None:
    urn = f"urn:pulumi:dev::anykube::{BUCKET}::b"
    given = {"bucket": PropertyValue("private", is_secret=True)}
    answer = asyncio.run(engine.plugin.create(pulumi_provider.CreateRequest(urn, given, 0, False)))
    assert answer.properties["bucket"].is_secret
    kept = answer.properties[simulation.MARK].value
    assert isinstance(kept, Mapping)
    assert kept["bucket"].is_secret


def test_a_real_accounts_state_is_refused(engine: Any) -> None:
    made = engine.create(BUCKET, "data", bucket="data")
    real = replace(made, outputs={key: value for key, value in made.outputs.items() if key != simulation.MARK})
    with pytest.raises(ValueError, match="is in a real account"):
        engine.diff(real, bucket="other")
    with pytest.raises(ValueError, match="is in a real account"):
        engine.delete(real)


def test_it_works_in_a_rehearsal_only(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(simulation.VARIABLE)
    with pytest.raises(ValueError, match="no rehearsal runs it"):
        engine.configure()


def test_types_that_nothing_is_made_for(engine: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = engine.create(BUCKET, "data", bucket="data")
    assert made.identifier == "data"
    assert made["arn"].startswith("arn:aws:s3:")
    changed = engine.update(made, bucket="data", forceDestroy=True)
    assert changed["forceDestroy"] is True
    (said,) = [json.loads(line) for line in (tmp_path / "unknown.jsonl").read_text().splitlines()][:1]
    assert said["properties"] == ["forceDestroy"]
    assert "may replace it for changes of forceDestroy" in capsys.readouterr().err
    assert engine.read(changed).resource_id == "data"
    engine.delete(changed)
    engine.delete(changed)
    assert engine.read(changed).resource_id == ""


def _judged(engine: Any, **config: Any) -> dict[str, str]:
    request = pulumi_provider.CheckRequest(
        "urn:pulumi:dev::a::pulumi:providers:aws::p", {}, property_values(config), b""
    )
    answer = asyncio.run(engine.plugin.check_config(request))
    return {failure.property: failure.reason for failure in answer.failures or []}


def test_configuration(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _judged(engine, region="eu-west-1", defaultTags='{"tags": {"a": "b"}}', version="7.51.1") == {}
    assert _judged(engine, region=UNKNOWN) == {}
    assert "AWS_REGION" in _judged(engine)["region"]
    assert "did you mean region?" in _judged(engine, region="a", regin="b")["regin"]
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    assert _judged(engine) == {}
    engine.plugin = Provider(AWS)
    with pytest.raises(ValueError, match="no region yet"):
        engine.invoke("aws:index/getRegion:getRegion")


@pytest.mark.parametrize("address", ["", "https://eks.eu-west-1.amazonaws.com", "http://127.0.0.1.example.com"])
def test_only_this_machine(engine: Any, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    assert "this is the simulated AWS" in _judged(engine, region="eu-west-1")["endpoints"]
    with pytest.raises(ValueError, match="this is the simulated AWS"):
        engine.configure()


def test_another_region_is_another_provider(engine: Any) -> None:
    def replaced(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
        request = pulumi_provider.DiffRequest("urn", "id", property_values(old), property_values(new), [])
        found: list[str] = asyncio.run(engine.plugin.diff_config(request)).replaces
        return found

    assert replaced({"region": "a"}, {"region": "b"}) == ["region"]
    assert replaced({"region": "a"}, {"region": "a", "profile": "b"}) == []


def test_functions(engine: Any) -> None:
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


def test_functions_are_judged(engine: Any) -> None:
    request = pulumi_provider.InvokeRequest("aws:eks/getAddonVersion:getAddonVersion", property_values({"addon": "a"}))
    answer = asyncio.run(engine.plugin.invoke(request))
    assert {failure.property for failure in answer.failures} == {"addon", "addonName", "kubernetesVersion"}


def test_policy_documents(engine: Any) -> None:
    statement = {
        "sid": "a",
        "actions": ["sts:AssumeRole", "sts:TagSession"],
        "principals": [{"type": "Service", "identifiers": ["pods.eks.amazonaws.com"]}],
        "conditions": [{"test": "StringEquals", "variable": "aws:a", "values": ["b"]}],
    }
    answer = engine.invoke("aws:iam/getPolicyDocument:getPolicyDocument", statements=[statement])
    (made,) = json.loads(answer["json"])["Statement"]
    assert made == {
        "Sid": "a",
        "Effect": "Allow",
        "Action": ["sts:TagSession", "sts:AssumeRole"],
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Condition": {"StringEquals": {"aws:a": "b"}},
    }


def test_property_maps_survive_the_wire(engine: Any) -> None:
    made = engine.create(BUCKET, "data", tags={"a": "b"})
    again = PropertyValue.unmarshal_map(PropertyValue.marshal_map(made.outputs))
    assert python_values(again)["tagsAll"] == {"a": "b", "team": "platform"}
    found = asyncio.run(
        engine.plugin.diff(pulumi_provider.DiffRequest(made.urn, made.identifier, again, made.inputs, []))
    )
    assert found.changes is False
