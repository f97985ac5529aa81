"""Stand-ins for the Helm charts that stacks install, for machines without access to a chart repository."""
