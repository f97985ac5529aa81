"""Pulumi plugins of our own: what components/ asks for through the engine, served on this machine."""
