"""The programs that Anykube runs on, pinned: found, downloaded or built, at most once a machine."""
