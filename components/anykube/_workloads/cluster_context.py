"""The label by which workloads find the nodes of a pool."""

POOL_LABEL = "anykube.dev/pool"
"""The label that every cloud's component gives the nodes of a pool, with the pool's name."""
