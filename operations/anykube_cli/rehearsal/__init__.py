"""A cloud stack, rehearsed: the same program, settings and engine, on a simulated cloud and a real Kubernetes API."""
