"""Removes what controllers and nodes leave in a cloud when their cluster is deleted: it blocks the deletion of the
network, or costs money.

`sweep.py` searches repeatedly; each cloud has a module that lists leftovers. Only resources marked as the cluster's are
removed, and only after the cluster is deleted, when nothing can use or recreate them. Volumes of claims are kept: they
hold data.
"""
