"""AKS. Only `spec`, `facts` and the modules that they use can be imported without pulumi_azure_native."""
