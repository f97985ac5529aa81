"""AKS. Modules beside `spec`, `facts` and what these use import pulumi_azure_native: only when Azure runs."""
