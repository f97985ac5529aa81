"""A small typed framework on `pulumi.provider.experimental`, in which a resource is a class with blocking methods."""
