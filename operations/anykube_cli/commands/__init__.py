"""The command line of `anykube`: one module for each group of commands.

These modules declare names, options and help. They import the code behind a command only when the command runs, so that
`--help` and shell completion are fast and do not load a cloud's SDK.
"""
