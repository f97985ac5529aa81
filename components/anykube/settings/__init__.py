"""The settings of a stack: one typed page, strictly loaded, with all mistakes in one answer.

Nothing is imported here: who reads one section, as the policy pack does, pays for no other.
"""
