"""What people type: the command `anykube`, a module for each group of its commands.

These modules hold names, options and help. What a command does is imported when it runs, so that `--help` and the
shell's completion answer at once, and no cloud's SDK and no simulated cloud is read before it is needed.
"""
