"""Stand-ins for the Helm charts that stacks install, for a machine that reaches no chart repository."""
