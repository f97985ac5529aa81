"""What continuous integration calls: `python -m anykube_cli ci`. Its YAML, of any forge, holds none of the logic."""
