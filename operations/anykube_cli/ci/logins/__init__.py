"""How a CI job logs in to each cloud."""
