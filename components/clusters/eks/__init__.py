"""EKS. Modules beside `spec` and `machines` import pulumi_aws, and are imported only when a stack of AWS runs."""
