"""The pinned programs that Anykube needs. Each is found on PATH, downloaded or built, at most once per machine."""
