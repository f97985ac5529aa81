"""A real Kubernetes control plane on this machine, with KWOK instead of kubelets.

etcd, the API server, the controllers and the scheduler are the real programs. KWOK simulates nodes and the life cycle
of pods that are bound to them; no container runs.
"""
