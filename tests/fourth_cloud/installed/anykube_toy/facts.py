"""What settings for a cluster on Toy may contain."""

from datetime import date
from pathlib import Path

from anykube.cloud import Catalogue, Cloud, NameFormat, Network, UnsupportedField, network_range, service_range

MACHINES = Catalogue(
    file=Path(__file__).with_name("machines.json"),
    service="Toy",
    families={"amd64": ("t1",), "arm64": (), "gpu": ()},
    family_of=lambda name: name.partition(".")[0],
    gpu_hint="Toy has no GPUs",
)

FACTS = Cloud(
    name="Toy",
    service="TKE",
    section="tke",
    managed_mode_name="TKE Autonomous",
    principals=NameFormat(r"toy:\S+", "is not a Toy principal", "use a principal such as toy:ann"),
    regions=NameFormat(r"toy-\d+", "is not a Toy region", "use a region such as toy-1"),
    zones=NameFormat(r"{region}[a-c]", "is not a zone in {region}", "use a zone such as {region}a"),
    ranges=(
        network_range(str(Network().cidr), remedy="nodes and pods"),
        service_range(str(Network().services), 12, 24),
    ),
    existing_network_field="tke.network",
    new_network_fields=("network",),
    catalogue=MACHINES,
    support={"1.34": date(2027, 6, 30), "1.35": date(2027, 9, 30), "1.36": date(2027, 12, 31)},
    unsupported_cluster_fields=(
        UnsupportedField(
            "maintenance", "not supported: TKE has no maintenance windows", "remove it", {"days": ["sunday"]}
        ),
        UnsupportedField("gateway_api", "not supported by TKE", "remove it", True, when=lambda value: value is True),
    ),
    identity_hint="`toy:` with its roles",
)
