"""Toy simulated, on the frame that all clouds share: the account, and Pulumi's plugin."""
