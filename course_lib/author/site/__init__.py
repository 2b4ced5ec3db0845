"""course site: build the lessons as pages that need no kernel, to be opened from a file or any static host.

The notebooks are run here, in fresh kernels in which whatever needs a kernel shows itself in a form that needs none
(stills.py); Sphinx then lays the stored outputs out as pages, in an environment of its own. The pages ask nobody for
anything.
"""

import argparse
import os
import shutil
import subprocess
import tempfile
from importlib import resources
from pathlib import Path

from course_lib import lessons
from course_lib.author.run import find
from course_lib.core import require

ROOT = lessons.NOTEBOOKS.parent
SPHINX = ROOT / "build" / "site-env"
WHERE = "bin/python" if os.name != "nt" else "Scripts/python.exe"


def add(subparsers: argparse._SubParsersAction) -> None:
    """Declare the subcommand."""
    parser = subparsers.add_parser("site", help="build the lessons as pages that need no kernel")
    parser.add_argument("slugs", nargs="*", metavar="slug", help="lessons, or files (all when none is named)")
    parser.add_argument("--to", type=Path, default=ROOT / "build" / "site", metavar="folder", help="where (build/site)")
    parser.set_defaults(func=main)


def main(args: argparse.Namespace) -> int:
    """Run the notebooks, write the pages about all lessons, and have Sphinx lay them out."""
    from course_lib.author.site.execute import executed, write
    from course_lib.author.site.pages import write_pages

    ours = not args.to.exists() or (args.to / "searchindex.js").exists() or not any(args.to.iterdir())
    require(ours, f"{args.to} holds something else than pages that `course site` made: name another folder.")
    require((SPHINX / WHERE).exists(), f"there is no {SPHINX.relative_to(ROOT)}: `make site` makes it and builds.")
    notebooks = [find(slug) for slug in args.slugs] or sorted(lessons.NOTEBOOKS.glob("*.ipynb"))
    seconds = {}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder)
        for path in notebooks:
            notebook, seconds[path.stem] = executed(path)
            write(notebook, source / path.name)
            print(f"{path.name}: ran in {seconds[path.stem]:.0f} s", flush=True)
        write_pages(source, seconds)
        furnish(source)
        shutil.rmtree(args.to, ignore_errors=True)
        return lay_out(source, args.to)


def furnish(source: Path) -> None:
    """Sphinx's settings, and what every page shares: styles, scripts, plotly.js."""
    from plotly.offline import get_plotlyjs

    here, front = resources.files("course_lib.author.site"), resources.files("course_lib.front")
    static = source / "_static"
    static.mkdir()
    (source / "conf.py").write_text((here / "conf.py").read_text("utf-8"), encoding="utf-8")
    (static / "plotly.js").write_text(get_plotlyjs(), encoding="utf-8")
    styles = (front / "style.css").read_text("utf-8") + (here / "page.css").read_text("utf-8")
    (static / "course.css").write_text(styles, encoding="utf-8")
    (static / "course.js").write_text(
        f"const controls = {as_script(front / 'controls.js')};\nconst plot = {as_script(front / 'plot.js')};\n"
        + (here / "page.js").read_text("utf-8"),
        encoding="utf-8",
    )


def as_script(module) -> str:
    """A module of the front end as an expression: browsers load no modules from files."""
    text = module.read_text("utf-8")
    require(text.count("\nexport default ") == 1, f"{module.name} exports more or less than one default.")
    return "(() => {\n" + text.replace("\nexport default ", "\nreturn ") + "})()"


def lay_out(source: Path, target: Path) -> int:
    """Have Sphinx make the pages; any warning is a mistake."""
    command = [SPHINX / WHERE, "-m", "sphinx", "--fail-on-warning", "--keep-going", "-q", "-E", source, target]
    status = subprocess.run([*map(str, command), "-d", str(source / ".doctrees")]).returncode
    if not status:
        print(f"Open {target / 'index.html'}")
    return status
