"""A cloud in another distribution: it needs only this package and its entry point."""
