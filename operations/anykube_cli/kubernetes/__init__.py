"""A real Kubernetes control plane on this machine, with KWOK in the place of kubelets.

etcd, the API server, the controllers and the scheduler are the real programs. Nodes and what happens to a pod once it
is bound to one are simulated: no container runs.
"""
