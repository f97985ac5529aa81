"""The state backend of a stack in its cloud: storage for the encrypted state, and the key that encrypts its secrets.

Each cloud has a package. Its SDK is imported only when an account of that cloud is opened, so this package can be
imported without any extra.
"""
