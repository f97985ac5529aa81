"""AWS resource types that exist in the simulated account."""
