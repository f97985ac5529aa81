"""The simulated Google Cloud at Pulumi's plugin boundary: what the engine takes for pulumi-resource-gcp.

Strict in what it accepts. What GKE stacks are made of is really made, in a simulated account; of anything else only the
inputs are judged and remembered.
"""

VERSION = "10.2.0"
"""The SDK whose plugin this stands for."""
