"""Whose credentials a run uses, and whether the settings name that identity. One module for each cloud."""
