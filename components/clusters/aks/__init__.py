"""AKS. Modules beside `spec`, `facts`, `routing` and `machines` import pulumi_azure_native: only for Azure's stacks."""
