"""Rules across fields, for settings files and programs alike.

This package imports nothing: the specs import `findings`, `source`, `node` and `standalone`, and all other rules import
the specs. `registry` lists all rules.
"""
