"""How a job logs in, a module for each cloud."""
