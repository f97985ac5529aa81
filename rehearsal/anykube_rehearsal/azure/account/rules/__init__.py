"""Azure's rules, by resource type. Each rule cites Azure's documentation."""
