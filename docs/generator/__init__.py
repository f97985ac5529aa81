"""Writes docs/reference/ from the sources: the settings, the command line, the policy rules, the components.

    python -m docs.generator            # write the pages
    python -m docs.generator --check    # write nothing; exit with 1 if a page is stale

Nobody edits these pages by hand.
"""
