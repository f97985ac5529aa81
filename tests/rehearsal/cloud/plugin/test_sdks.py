"""Reading the types of each cloud's SDK from its source."""

import pytest
from anykube_rehearsal.cloud.plugin.checks import check_types
from anykube_rehearsal.cloud.plugin.sdk import Sdk

GCP, AZURE = Sdk("pulumi_gcp"), Sdk("pulumi_azure_native")


@pytest.mark.parametrize("sdk", [GCP, AZURE], ids=["gcp", "azure-native"])
def test_reads_every_type(sdk: Sdk) -> None:
    for token in sorted(sdk.source.index)[::80]:
        name = token.rpartition(":")[2]
        signature = sdk.function(token) if name[0].islower() else sdk.resource(token)
        assert signature.outputs or not signature.inputs, token


@pytest.mark.parametrize(
    ("sdk", "token", "inputs", "outputs"),
    [
        (GCP, "gcp:container/cluster:Cluster", {"ipAllocationPolicy": "object"}, {"endpoint": "string"}),
        (GCP, "gcp:compute/subnetwork:Subnetwork", {"secondaryIpRanges": "list"}, {"selfLink": "string"}),
        (GCP, "gcp:projects/service:Service", {"service": "string"}, {"project": "string"}),
        (AZURE, "azure-native:containerservice:ManagedCluster", {"agentPoolProfiles": "list"}, {"fqdn": "string"}),
        (AZURE, "azure-native:network:VirtualNetwork", {"addressSpace": "object"}, {"etag": "string"}),
    ],
)
def test_reads_resources(sdk: Sdk, token: str, inputs: dict[str, str], outputs: dict[str, str]) -> None:
    signature = sdk.resource(token)
    assert inputs.items() <= {wire: prop.type.kind for wire, prop in signature.inputs.items()}.items()
    assert outputs.items() <= {wire: prop.type.kind for wire, prop in signature.outputs.items()}.items()


def test_reads_functions() -> None:
    versions = GCP.function("gcp:container/getEngineVersions:getEngineVersions")
    assert versions.inputs["location"].type.kind == "string"
    assert versions.outputs["validMasterVersions"].required
    pool = AZURE.function("azure-native:containerservice:getAgentPool")
    required = {wire for wire, prop in pool.inputs.items() if prop.required}
    assert required == {"agentPoolName", "resourceGroupName", "resourceName"}


def test_reads_enumerations() -> None:
    """An open enumeration accepts any string, a closed one only its values."""
    cluster = AZURE.resource("azure-native:containerservice:ManagedCluster").inputs
    mode = cluster["agentPoolProfiles"].type.items
    assert mode is not None
    assert mode.properties["mode"].type.kind == "string"
    kind = cluster["identity"].type.properties["type"].type
    assert kind.values == ("SystemAssigned", "UserAssigned", "None")
    failures = check_types(cluster, {"resourceGroupName": "a", "identity": {"type": "Mine"}})
    assert [(failure.path, failure.reason) for failure in failures] == [
        ("identity.type", "must be one of SystemAssigned, UserAssigned, None, not 'Mine'")
    ]


def test_union_accepts_one_of_its_objects() -> None:
    unions = [
        (token, wire, prop.type)
        for token in sorted(AZURE.source.index)[::20]
        if token.rpartition(":")[2][0].isupper()
        for wire, prop in AZURE.resource(token).inputs.items()
        if prop.type.kind == "union"
    ]
    assert unions
    _, wire, union = unions[0]
    assert len(union.choices) > 1
    choice = union.choices[-1]
    inputs = {name: {"string": "a"}.get(prop.type.kind) for name, prop in choice.properties.items() if prop.required}
    properties = {wire: AZURE.resource(unions[0][0]).inputs[wire]}
    assert not check_types(properties, {wire: inputs}) or any(value is None for value in inputs.values())
    assert check_types(properties, {wire: {"noSuchProperty": 1}})
