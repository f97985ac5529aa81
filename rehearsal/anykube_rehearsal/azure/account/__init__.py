"""The simulated subscription: its types, its rules, and what Azure offers in it."""
