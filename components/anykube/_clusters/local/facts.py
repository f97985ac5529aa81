"""Fields of node pools that local clusters do not support."""

from anykube._clusters.cloud import UnsupportedField

POOL = (
    UnsupportedField("spot", "not supported by local clusters", "remove it", True),
    UnsupportedField("disk", "not supported by local clusters, whose nodes are simulated", "remove it", 100),
    UnsupportedField("surge", "not supported by local clusters, whose nodes are simulated", "remove it", "1"),
    UnsupportedField("machine.type", "not supported by local clusters", "set cpu, memory and arch", "m7g.large"),
    UnsupportedField("machine.gpu", "not supported by local clusters", "remove it", 1),
)

GATEWAY_CLASS = "simulated"
"""The Gateway class of operations/anykube_cli/kubernetes/gateways.py. Its Gateways have an address, but serve no
traffic."""
