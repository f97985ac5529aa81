"""The simulated Azure: a subscription in a process of its own, and a plugin that stands for azure-native."""
