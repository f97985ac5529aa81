"""Asks the API server about every object of a stack before a run: a server-side dry run, which changes nothing.

Validation, admission plugins, webhooks and policies of the cluster judge the objects as they would during the run.
https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run
"""
