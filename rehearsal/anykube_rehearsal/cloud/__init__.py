"""What the simulated clouds share: the plugin's frame, accounts, tokens, and the Kubernetes under a managed cluster."""
