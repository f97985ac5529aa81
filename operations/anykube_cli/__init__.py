"""The command `anykube`, which people and CI run in addition to plain `pulumi`."""
