"""Address ranges."""

import ipaddress


def is_whole_internet(range_: str) -> bool:
    """Whether a range is 0.0.0.0/0 or ::/0. False for text that is not a range."""
    try:
        return ipaddress.ip_network(range_, strict=False).prefixlen == 0
    except ValueError:
        return False
