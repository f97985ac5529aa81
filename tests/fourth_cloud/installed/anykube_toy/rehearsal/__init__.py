"""A simulation of Toy: its account and its Pulumi plugin, with the framework for all clouds."""
