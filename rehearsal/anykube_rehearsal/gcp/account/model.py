"""The faults of a simulated Google Cloud account."""

from anykube_rehearsal.cloud.account import model


class Faults(model.Faults):
    """Faults that the account can inject."""

    spot_capacity: bool = False
    """No spot capacity is available: creating a node pool with spot VMs fails."""
    leftovers: bool = False
    """Deleting a cluster leaves the load balancer of an Ingress and firewall rules behind, as if its Ingresses still
    existed."""
