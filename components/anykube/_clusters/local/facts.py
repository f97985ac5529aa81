"""What a pool of a local cluster has nothing for."""

from anykube._clusters.cloud import UnsupportedField

POOL = (
    UnsupportedField("spot", "asks for spare capacity, which a local cluster has none of", "leave it out", True),
    UnsupportedField(
        "disk", "sets a disk, but nodes of a local cluster are simulated and have none", "leave it out", 100
    ),
    UnsupportedField(
        "surge", "sets how a cloud upgrades nodes, but nodes of a local cluster are simulated", "leave it out", "1"
    ),
    UnsupportedField("machine.type", "names a cloud's machine", "give cpu, memory and arch", "m7g.large"),
    UnsupportedField("machine.gpu", "asks for GPUs, which a local cluster has none of", "leave it out", 1),
)

GATEWAY_CLASS = "simulated"
"""Of operations/anykube_cli/kubernetes/gateways.py, whose Gateways have an address and serve nobody."""
