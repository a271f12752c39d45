"""The command `bin/bench --scale`."""

import argparse
import json
import os
import sys

from bench.databases import ROOT, database, in_django
from bench.pages import write_between
from bench.scale import report

KINDS = ["postgresql", "sqlite"]


def main() -> None:
    """Fill a database of each kind, ask both projects for the same things, tell what grows."""
    wanted = _arguments()
    os.environ.setdefault("SECRET_KEY", "the-bench-signs-nothing")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    tables = []
    for kind in wanted.databases:
        with database(kind).empty("experiments_scale") as url:
            sys.stderr.write(f"Filling a {kind} database …\n")
            told = in_django("bench.scale.fill", str(wanted.scale_of), database_url=url)
            arguments = (json.dumps(told), wanted.match)
            found = in_django("bench.scale.measure", *arguments, database_url=url)
        tables.append(report.table(kind, wanted.scale_of, found))
        sys.stdout.write(tables[-1] + "\n")
    if wanted.write:
        write_between(ROOT / "docs" / "performance.md", "scale", "\n\n".join(tables))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/bench --scale", description="Tell what becomes slower when there is more."
    )
    parser.add_argument("--databases", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--scale-of", type=float, default=1, help="1: 20,000 experiments")
    parser.add_argument("--match", default="", help="only requests with this in their title")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
