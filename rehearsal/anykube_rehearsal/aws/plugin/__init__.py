"""The simulated AWS at Pulumi's plugin boundary: what the engine takes for pulumi-resource-aws.

Strict in what it accepts. What EKS stacks are made of is really made, by boto3, in a simulated account; of anything
else only the inputs are judged and remembered.
"""

VERSION = "7.51.1"
"""The SDK whose plugin this stands for."""
