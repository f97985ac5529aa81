"""The node label that workloads select node pools by."""

POOL_LABEL = "anykube.dev/pool"
"""Every cluster component sets this label on the nodes of a pool. Its value is the pool's name."""
