"""The settings of a stack: typed models, strict loading, and all mistakes reported at once.

This package imports nothing, so that users of one section, such as the policy pack, do not import the others.
"""
