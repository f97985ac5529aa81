"""What continuous integration calls: `python -m operations ci`. Its YAML, of any forge, holds none of the logic."""
