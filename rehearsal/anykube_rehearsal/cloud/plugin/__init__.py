"""Framework for simulated Pulumi plugins. Validates strictly by the installed SDK's types and a table of properties.

`cloud.Cloud` describes a cloud; `provider.Provider` serves it to the Pulumi engine as that cloud's plugin.
"""
