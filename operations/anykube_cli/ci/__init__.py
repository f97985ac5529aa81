"""The commands for continuous integration: `anykube ci`."""
