"""`CloudDefinition`, the description of a cloud, and the registry that finds all of them."""
