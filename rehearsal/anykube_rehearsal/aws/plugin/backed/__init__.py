"""The types that are really made in the simulated account."""
