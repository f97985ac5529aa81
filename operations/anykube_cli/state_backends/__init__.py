"""The backend of a stack in its cloud: where the state lies, encrypted, and the key that encrypts its secrets.

A module a cloud, and an SDK imported only where an account of it is really asked, so that all of this can be imported
without any extra.
"""
