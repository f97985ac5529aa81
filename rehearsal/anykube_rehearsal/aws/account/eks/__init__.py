"""The simulated EKS: its API, validated by botocore's service model, on real Kubernetes. moto's EKS is not used."""
