"""EKS. Modules beside `spec`, `facts`, `routing` and `machines` import pulumi_aws: only when a stack of AWS runs."""
