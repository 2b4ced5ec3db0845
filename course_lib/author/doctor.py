"""course doctor: say whether this machine is fit for the course, and what to do if not."""

import argparse

from course_lib import doctor


def add(subparsers: argparse._SubParsersAction) -> None:
    """Declare the subcommand."""
    subparsers.add_parser("doctor", help="is this machine fit for the course?").set_defaults(func=main)


def main(args: argparse.Namespace) -> int:
    """Print the report; the exit status is 1 if there is a problem."""
    report = doctor.report()
    print(report)
    return int(not report.fit)
