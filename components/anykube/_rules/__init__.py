"""What fields have to mean together, for settings files and programs alike.

Nothing is imported here: the specs import `findings`, `source`, `node` and `standalone`, and the other rules import the
specs. `registry` has all of them.
"""
