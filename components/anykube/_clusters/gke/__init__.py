"""GKE. Modules beside `spec`, `facts`, `routing` and `machines` import pulumi_gcp: only when a stack of Google runs."""
