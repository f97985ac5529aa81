"""A simulated pulumi-resource-gcp: the plugin that Pulumi's engine runs in a rehearsal.

It validates all inputs strictly. It creates the resource types of GKE stacks in a simulated account. For other types,
it only validates and stores the inputs.
"""

VERSION = "10.2.0"
"""The version of the SDK that this plugin serves."""
