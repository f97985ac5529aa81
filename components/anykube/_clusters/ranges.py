"""Ranges of addresses, as those who may reach a cluster's API. Pure."""

import ipaddress


def is_everybody(range_: str) -> bool:
    """Whether a range is the whole internet: 0.0.0.0/0, ::/0. What is no range is not."""
    try:
        return ipaddress.ip_network(range_, strict=False).prefixlen == 0
    except ValueError:
        return False
