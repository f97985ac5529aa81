"""GKE. Only `spec`, `facts`, `routing` and `machines` can be imported without pulumi_gcp."""
