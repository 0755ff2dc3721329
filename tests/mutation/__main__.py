"""`python -m tests.mutation [--limit N] [--seed S] [MODULE ...]`."""

from __future__ import annotations

import argparse
import sys

from tests.mutation.run import read_targets, report, run_target


def main() -> int:
    """Run the mutants of the modules named, of all if none is; 1 if any survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("--limit", type=int, default=40, help="mutants a module")
    parser.add_argument("--seed", type=int, default=0, help="which ones are drawn")
    parser.add_argument("modules", nargs="*", help="parts of paths, e.g. topology")
    wanted = parser.parse_args()
    survived = False
    for target in read_targets():
        if wanted.modules and not any(part in target.path for part in wanted.modules):
            continue
        outcome = run_target(target, limit=wanted.limit, seed=wanted.seed)
        survived |= bool(outcome.survivors)
        print("\n".join(report(outcome)), flush=True)
    return int(survived)


if __name__ == "__main__":
    sys.exit(main())
