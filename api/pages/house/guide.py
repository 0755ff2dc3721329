"""The guide: what each role can do here, and how programs ask for the same."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from api.http.callers import Role
from api.pages.house.guide_examples import CALLS, COMMANDS
from api.pages.house.guide_tasks import TASKS
from api.pages.render import GUIDE
from api.pages.visit import Answer, View, Visit
from api.resources.declare import EVERYBODY
from inventory.kernel.texts import N_

PATH = "/guide"
_ROLES = {
    Role.IT: N_("For IT"),
    Role.HR: N_("For HR"),
    Role.ACCOUNTING: N_("For accounting"),
    Role.AUDITOR: N_("For auditors"),
    Role.MANAGER: N_("For managers"),
    Role.EMPLOYEE: N_("For everybody who holds something"),
}
_EVERYBODY = (
    (
        N_("Find anything"),
        N_(
            "Ctrl K or / opens the search: tag, serial, MAC, address, name,"
            " extension, cost centre, invoice."
        ),
    ),
    (
        N_("Keep a list"),
        N_(
            "Filters, order and columns stand in the address: keep it, send it, or"
            " save the search. Export gives exactly what is shown."
        ),
    ),
    (
        N_("Use the keyboard"),
        N_("j and k go down and up a list, x selects, Enter opens, Esc closes."),
    ),
    (
        N_("Your things"),
        N_("My things has what you hold, what you are to sign and what is asked."),
    ),
)


@cache
def pictures_in(language: str) -> Mapping[str, str]:
    """Return task -> file of its picture, in a language."""
    end = f".{language}.webp"
    return {path.name.removesuffix(end): path.name for path in GUIDE.glob(f"*{end}")}


def show_guide(visit: Visit) -> Answer:
    """Draw the guide of the caller's roles."""
    shown = [role for role in _ROLES if role in visit.caller.roles]
    return View(
        template="guide.html",
        title=N_("Guide"),
        here=PATH,
        about={
            "general": _EVERYBODY,
            "parts": [
                (_ROLES[role], [one for one in TASKS if one.role == role])
                for role in shown
            ],
            "pictures": pictures_in(visit.words.language),
            "may_call": bool(visit.caller.roles & EVERYBODY),
        },
    )


def show_examples(visit: Visit) -> Answer:
    """Draw how programs and the command line ask for the same."""
    return View(
        template="guide_examples.html",
        title=N_("Examples for programs"),
        here=PATH,
        about={"calls": CALLS, "commands": COMMANDS, "base": visit.base},
    )


PAGES = {PATH: show_guide, f"{PATH}/programs": show_examples}
