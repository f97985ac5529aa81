"""The simulated AWS plugin, which the Pulumi engine runs as pulumi-resource-aws.

It validates inputs strictly. Types that EKS stacks use are created with boto3 in a simulated account; the inputs of all
other types are validated and stored.
"""

VERSION = "7.51.1"
"""The version of the SDK and plugin that this simulates."""
