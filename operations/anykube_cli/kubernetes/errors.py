"""What goes wrong in the sandbox, in a sentence."""


class SandboxError(Exception):
    """The local cluster cannot do what it was asked for; the text says why and what to do."""
