"""The simulated EKS: its API, judged by botocore's service model, over real Kubernetes. moto's own EKS is not used."""
