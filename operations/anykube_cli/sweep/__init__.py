"""What controllers and nodes leave behind in a cloud when their cluster goes, which blocks the network's end, or costs.

`sweep.py` looks for it again and again; a cloud's module says what there is of it. Only what carries the cluster's mark
goes, and only once the cluster is gone: nobody can use it then, nor make it again. Volumes of claims stay: data is
nobody's leftover.
"""
