"""The simulated Azure: an account process with a subscription, and a stand-in for Pulumi's azure-native plugin."""
