"""One object for each cloud, and where they are found."""
