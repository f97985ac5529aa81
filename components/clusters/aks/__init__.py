"""AKS. Modules beside `spec`, `facts`, `routing`, `machines` and `naming` import pulumi_azure_native: only when Azure runs."""
