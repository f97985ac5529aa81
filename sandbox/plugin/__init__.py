"""A small typed frame around `pulumi.provider.experimental`: a resource is a class with five plain, blocking methods."""
