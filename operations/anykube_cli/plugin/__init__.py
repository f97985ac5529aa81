"""A small typed frame around `pulumi.provider.experimental`: a resource is a class of plain, blocking methods."""
