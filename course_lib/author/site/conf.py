"""Sphinx's settings for the pages of `course site`; copied beside them, read where no course is."""

from importlib.util import find_spec
from pathlib import Path

project = "The Theoretical Minimum"
author = "The Theoretical Minimum"
copyright = "text and figures: CC BY 4.0; code: BSD-3-Clause"

extensions = ["myst_nb", "sphinx.ext.mathjax"]
exclude_patterns = [".doctrees"]
smartquotes = False

# The notebooks have run already, and are written for JupyterLab: of MyST only what Lab's Markdown has.
nb_execution_mode = "off"
nb_ipywidgets_js = {}
nb_merge_streams = True
myst_enable_extensions = ["amsmath", "dollarmath"]
myst_dmath_double_inline = True
myst_heading_anchors = 3

# MathJax as one file that needs no fonts. It comes with a package, so that nothing is fetched from anywhere.
MATHJAX = Path(find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax" / "tex-svg.js"
mathjax_path = "tex-svg.js"
mathjax3_config = {"options": {"enableMenu": False}}

html_theme = "sphinx_book_theme"
html_title = project
html_static_path = ["_static", str(MATHJAX)]
html_css_files = ["course.css"]
html_js_files = [("course.js", {"defer": "defer"})]
html_copy_source = False
html_show_search_summary = False  # it would be fetched, and nothing can be fetched from a file
html_last_updated_fmt = "%Y-%m-%d"
html_context = {"default_mode": "auto"}  # light or dark as the reader's system is, until they choose
html_theme_options = {
    "navbar_persistent": [],  # the search stands in the side bar already
    "show_toc_level": 2,
    "use_download_button": False,
    "use_fullscreen_button": False,
}
