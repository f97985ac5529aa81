"""What only this account has: its faults."""

from anykube_rehearsal.cloud.account import model


class Faults(model.Faults):
    """What goes wrong on request."""

    spot_capacity: bool = False
    """There is no spot capacity: node pools that ask for it fail."""
    leftovers: bool = False
    """The load balancer of an Ingress, and firewall rules, stay behind when a cluster is deleted, as where its
    Ingresses are not gone before it."""
