"""Clusters of EKS, GKE and AKS: one row a rule, and what each cloud's resources say about it in a module of its own."""
