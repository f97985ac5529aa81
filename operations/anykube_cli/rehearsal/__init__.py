"""Rehearses a cloud stack: the same program, settings and Pulumi, with a simulated cloud and a real Kubernetes API."""
