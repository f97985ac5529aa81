"""The Pulumi CrossGuard policy pack of Anykube: rules that stop a misconfigured stack before it is deployed.

Each rule is a function of plain inputs and a row in a table with its severity, controls and remedy. `table.py` lists
all rows; `program.py` is what the Pulumi engine runs.
"""
