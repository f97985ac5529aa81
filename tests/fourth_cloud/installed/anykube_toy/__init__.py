"""A cloud that another distribution brings: all that it takes is this package and its entry point."""
