"""Score identification on what devices announce without a credential.

    python -m tests.tools.announced_score [--misses] [--kept-back]

Prints accuracy and precision per field, of the cases for practice and of those that
are kept back. `--misses` lists what is missed of practice; whoever writes rules looks
at these alone. `--kept-back` lists what is missed of the others: after that they have
served, and new ones are needed.
"""

from __future__ import annotations

import argparse

from tests.discovery.announced.cases import cases, figures, judged, kept_back
from tests.discovery.office import knowledge


def main() -> None:
    """Print the figures, and what was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--kept-back", action="store_true")
    given = parser.parse_args()
    known = knowledge()
    for title, back, listed in (
        ("practice", False, given.misses),
        ("kept back", True, given.kept_back),
    ):
        chosen = [case for case in cases() if kept_back(case) is back]
        print(f"{title}: {len(chosen)} cases")
        for name, found in figures(chosen, known).items():
            print(
                f"  {name:7} fair {found.fair:4}  accuracy {found.accuracy:6.1%}  "
                f"precision {found.precision:6.1%}  "
                f"wrong {found.answered - found.right:3}  "
                f"silent {found.fair - found.answered:3}"
            )
        for case in chosen if listed else ():
            said = {name: told for name, told in case.items() if name != "is"}
            for each in judged(case, known):
                if each.verdict in ("wrong", "silent"):
                    words = f"{each.verdict} {each.told!r} for {each.wanted!r}"
                    print(f"    {each.field} {words}: {said}")


if __name__ == "__main__":
    main()
