"""What continuous integration calls: `anykube ci`. Its YAML, of any forge, holds none of the logic."""
