"""Sphinx builds docs/ into a site: `make docs`, then open .anykube/site/index.html."""

project = "Anykube"
author = "The Anykube authors"
copyright = "The Anykube authors, Apache-2.0"

extensions = ["myst_parser", "sphinx_copybutton", "sphinx_design"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["generator"]
html_theme = "furo"
html_title = "Anykube"
html_static_path = ["_static"]
html_copy_source = False
html_show_sphinx = False

# Links to headings work on GitHub and here alike.
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
copybutton_prompt_text = "$ "
nitpicky = True
