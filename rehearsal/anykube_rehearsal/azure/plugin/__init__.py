"""The simulated Azure at Pulumi's plugin boundary: what the engine takes for pulumi-resource-azure-native."""

VERSION = "3.29.0"
"""The SDK whose plugin this stands for."""
