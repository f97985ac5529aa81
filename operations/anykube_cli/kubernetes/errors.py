"""Errors of local clusters."""


class SandboxError(Exception):
    """An operation on a local cluster failed. The message says why and what to do."""
