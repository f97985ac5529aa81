"""A simulated pulumi-resource-azure-native: the plugin that Pulumi's engine runs in a rehearsal."""

VERSION = "3.29.0"
"""The version of the SDK that this plugin serves."""
