"""A simulated cloud account for clouds without an emulator: a process on loopback that stores and validates resources.

A cloud describes its resource types (`model.ResourceType`) and its rules (`model.Rule`, each with the document it comes
from). The rest is in this package.
"""
