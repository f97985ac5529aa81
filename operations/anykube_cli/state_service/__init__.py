"""Where the state of this checkout's stacks lies: a service of our own behind Pulumi's own HTTP protocol.

Pulumi's file backend writes the whole state at every step of a run, which costs the square of the number of resources.
To its HTTP service the engine sends a journal instead: what changed in this step, and no more. This is that service,
on loopback, for the time that an engine runs; what it keeps are files under `.anykube/state`.
"""
