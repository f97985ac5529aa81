"""`anykube import`: settings from Kubernetes manifests and Compose files, with a list of what settings cannot express.

1. `reading` reads the files, and `grouping` finds the objects that belong to one app.
2. `apps` writes the settings. `tables` says which field of a manifest becomes which setting.
3. `fitting` removes settings that the rules of `anykube settings check` refuse.
4. `rendering` renders the settings as `anykube up` would, and `comparison` compares each field of the input with the
   result. The report is that comparison, so that a mistake in the other steps is reported and not hidden.
"""
