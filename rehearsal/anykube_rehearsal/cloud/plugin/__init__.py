"""The frame of a cloud's simulated plugin: strict from the installed SDK's types and a table of its properties.

A cloud is described by a `cloud.Cloud`; `provider.Provider` serves it to the engine as that cloud's plugin.
"""
