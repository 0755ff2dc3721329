"""Where identity providers and the register differ."""

from __future__ import annotations

from itertools import islice

from api.http.auth import Role
from api.pages.navigation import tabs_of
from api.pages.visit import Answer, View, Visit, refused
from inventory.directory.queries import differences
from inventory.kernel.texts import N_

SEES = (Role.IT, Role.HR, Role.AUDITOR)
MOST = 200
PATH = "/directory/differences"


def show_differences(visit: Visit) -> Answer:
    """Draw the differences, the first of them."""
    if not visit.may(*SEES):
        return refused(N_("Differences"))
    rows = list(islice(differences(visit.reading, visit.today), MOST))
    return View(
        template="differences.html",
        title=N_("Differences"),
        here="/directory-users",
        about={
            "rows": rows,
            "more": len(rows) == MOST,
            "tabs_beside": tabs_of("directory-users", visit.caller),
        },
    )


PAGES = {PATH: show_differences}
