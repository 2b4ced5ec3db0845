"""course new: a running skeleton of a lesson, in four files to be changed."""

import argparse
import keyword
from pathlib import Path
from string import Template

from course_lib.core import require
from course_lib.lessons import NOTEBOOKS

ROOT = NOTEBOOKS.parent
SKELETON = Path(__file__).parent / "skeleton"
FILES = {
    "kernel.py.txt": "course_lib/kernels/{slug}.py",
    "lesson.py.txt": "course_lib/lessons/{slug}.py",
    "test.py.txt": "tests/test_{slug}.py",
    "notebook.ipynb.txt": "notebooks/{number:02d}_{slug}.ipynb",
}


def add(subparsers: argparse._SubParsersAction) -> None:
    """Declare the subcommand."""
    parser = subparsers.add_parser("new", help="write the four files of a new lesson")
    parser.add_argument("slug", help="one lower-case noun, such as resistors")
    parser.set_defaults(func=lambda args: main(args.slug, ROOT))


def main(slug: str, root: Path) -> int:
    """Write the four files below `root`; nothing that exists is touched."""
    good = slug.isidentifier() and slug.islower() and not keyword.iskeyword(slug)
    require(good, f"a slug is one lower-case word without spaces or hyphens: got {slug!r}")
    require(not any(root.glob(f"notebooks/[0-9][0-9]_{slug}.ipynb")), f"there is a lesson {slug} already")
    taken = [int(path.name[:2]) for path in root.glob("notebooks/[0-9][0-9]_*.ipynb")]
    places = {name: root / place.format(slug=slug, number=max(taken, default=0) + 1) for name, place in FILES.items()}
    for place in places.values():
        require(not place.exists(), f"{place.relative_to(root)} exists already, and is left as it is")
    for name, place in places.items():
        text = (SKELETON / name).read_text(encoding="utf-8")
        place.write_text(Template(text).safe_substitute(slug=slug), encoding="utf-8")
        print(place.relative_to(root))
    print(f"Now open {places['notebook.ipynb.txt'].name}, and run `course check {slug}` whenever you like.")
    return 0
