"""The CrossGuard pack: rules that stop a bad stack before it exists.

A rule is a plain function of plain inputs, and a row in a table that says how much it matters, who asks for it and what
helps. `table.py` has all rows; `__main__.py` is what the engine runs.
"""
