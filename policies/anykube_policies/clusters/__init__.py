"""Rules for EKS, GKE and AKS clusters. `rules.py` has one row per rule; each cloud's checks are in their own module."""
