"""What HR says about somebody in the browser, a form a kind of event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from api.http.actions import Given
from api.resources.declare import Input
from inventory.kernel.texts import N_

Code = Annotated[str | None, Field(max_length=200)]
Entity = Annotated[Code, Input(N_("Legal entity"), pick="legal-entities")]
Department = Annotated[Code, Input(N_("Department"), pick="departments")]
CostCentre = Annotated[Code, Input(N_("Cost centre"), pick="cost-centres")]
PlaceCode = Annotated[Code, Input(N_("Place"), pick="places")]
Manager = Annotated[Code, Input(N_("Manager"), pick="people")]
Title = Annotated[Code, Input(N_("Title"))]
Who = Annotated[str, Field(max_length=200), Input(N_("Person"), pick="people")]
Quiet = Annotated[
    bool,
    Input(N_("Tell nobody by itself"), hint=N_("No messages leave before you say so.")),
]


class JoinerIn(Given):
    """Who joins, when and where."""

    effective_on: Annotated[date, Input(N_("First day"))]
    given_name: Annotated[Code, Input(N_("Given name"))] = None
    family_name: Annotated[str, Field(max_length=200), Input(N_("Family name"))]
    number: Annotated[str, Field(max_length=200), Input(N_("Personnel number"))]
    legal_entity: Entity = None
    department: Department = None
    cost_centre: CostCentre = None
    location: PlaceCode = None
    manager: Manager = None
    title: Title = None
    email: Annotated[Code, Input(N_("E-mail"))] = None
    contract_end: Annotated[
        date | None,
        Input(N_("Contract ends"), hint=N_("The last day; empty: open-ended.")),
    ] = None


class MoverIn(Given):
    """Who moves, when and where to; what is left empty stays."""

    person: Who
    effective_on: Annotated[date, Input(N_("First day in the new place"))]
    department: Department = None
    cost_centre: CostCentre = None
    location: PlaceCode = None
    manager: Manager = None
    title: Title = None
    legal_entity: Entity = None


class LeaverIn(Given):
    """Who leaves, and when."""

    person: Who
    effective_on: Annotated[date, Input(N_("Last day"), hint=N_("Of the employment."))]
    last_working_day: Annotated[
        date | None,
        Input(N_("Last working day"), hint=N_("When things come back; else the last.")),
    ] = None
    reason: Annotated[Code, Input(N_("Reason"))] = None
    legal_hold: Annotated[
        bool, Input(N_("Keep everything"), hint=N_("Nothing is erased: legal hold."))
    ] = False
    quiet: Quiet = False


class AbsenceIn(Given):
    """Who is away for some time."""

    person: Who
    effective_on: Annotated[date, Input(N_("First day away"))]
    until: Annotated[date | None, Input(N_("First day back"))] = None
    reason: Annotated[Code, Input(N_("Reason"))] = None


class ExtensionIn(Given):
    """Whose contract lasts longer."""

    person: Who
    effective_on: Annotated[date, Input(N_("New last day"))]


@dataclass(frozen=True, slots=True)
class Announcement:
    """A kind of announcement.

    Attributes:
        event: Kind of HR event it is sent as.
        title: As a person says it.
        given: Fields of its form.
    """

    event: str
    title: str
    given: type[Given]


KINDS: Mapping[str, Announcement] = {
    "joining": Announcement("hire", N_("Somebody joins"), JoinerIn),
    "moving": Announcement("transfer", N_("Somebody moves"), MoverIn),
    "leaving": Announcement("termination", N_("Somebody leaves"), LeaverIn),
    "absence": Announcement("leave_of_absence", N_("Somebody is away"), AbsenceIn),
    "extension": Announcement(
        "contract.extended", N_("A contract is extended"), ExtensionIn
    ),
}
"""What can be announced, in the order of the page."""
