"""Recorded states of stacks. Later versions of Anykube must update them without replacing resources."""
