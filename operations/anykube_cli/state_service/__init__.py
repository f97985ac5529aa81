"""Stores the state of this project's stacks: a local service that speaks Pulumi's HTTP protocol.

Pulumi's file backend writes the whole state at every step, so its cost grows with the square of the number of
resources. To an HTTP backend, the engine sends a journal instead, with only the changes of each step. This service
listens on loopback while an engine runs, and keeps its files in `.anykube/state`.
"""
