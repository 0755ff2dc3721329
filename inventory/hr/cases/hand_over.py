"""All that is ready, or due back, in a case changes hands in one act, signed once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from inventory.assets.custody.acceptance import (
    RETURN_TERMS,
    RETURNED,
    TERMS,
    AcceptanceLink,
    Asked,
)
from inventory.assets.custody.acceptance import ask_to_sign as ask
from inventory.assets.register.tables import Asset
from inventory.hr.cases.case_records import lines_of
from inventory.hr.cases.steps import StepRequest, take_line_step
from inventory.hr.context import CaseContext
from inventory.kernel.errors import NotAllowed
from inventory.kernel.texts import N_
from inventory.provisioning.case_tables import ProvisioningCase
from inventory.storage.rows import Row, col, get, id_of, table_of
from inventory.telecom.estate.tables import TelecomLine

_ASSET = table_of(Asset)


@dataclass(frozen=True, slots=True)
class Way:
    """Which way things go.

    Attributes:
        step: Of each line.
        action: Of the lines.
        name: Begins the common name of what changes hands together.
        terms: What is signed where nothing else is said.
        nothing: What is said where no line is ready.
        remedy: What to do then.
    """

    step: str
    action: str
    name: str
    terms: str
    nothing: str
    remedy: str


GIVEN = Way(
    "deliver",
    "provide",
    "case:",
    TERMS,
    N_("Nothing of the case is ready to be handed over."),
    N_("Reserve what is short first, or name its lines."),
)
TAKEN = Way(
    "receive",
    "return",
    RETURNED,
    RETURN_TERMS,
    N_("Nothing of the case is to come back."),
    N_("Look at the lines: what came back already needs no second receipt."),
)


@dataclass(frozen=True, slots=True)
class CaseHandover:
    """What was handed over together.

    Attributes:
        lines: The lines, delivered or received.
        link: To sign for them; None if nobody is asked to.
    """

    lines: Sequence[Row]
    link: AcceptanceLink | None


def hand_over(
    context: CaseContext,
    case_id: int,
    key: bytes,
    *,
    lines: Sequence[int] = (),
    on: date | None = None,
    terms: str = "",
    sign: bool = True,
    way: Way = GIVEN,
) -> CaseHandover:
    """Let what is ready in a case change hands, counted things too, to be signed for.

    Args:
        context: The change.
        case_id: The case.
        way: Handed over, or taken back.
        key: Secret that signs links.
        lines: Which lines; all that are ready without.
        on: The day; today without.
        terms: What is confirmed; the usual terms without.
        sign: Ask the person to sign.

    Raises:
        NotFound: There is no such case.
        NotAllowed: Nothing is ready, or one of the lines is not.
    """
    context.lock_cases()
    case = get(context.connection, ProvisioningCase, case_id, lock=True)
    known = {line["id"]: line for line in lines_of(context, case_id)}
    chosen = list(lines) or [
        n for n, line in known.items() if _ready(context, line, way)
    ]
    chosen = [number for number in chosen if number in known]
    if not chosen:
        raise NotAllowed(way.nothing, where="lines", remedy=way.remedy)
    request = StepRequest(name=way.step, on=on)
    done = [take_line_step(context, number, request) for number in chosen]
    link = None
    if sign:
        day = on or context.today(case["site"])
        asked = Asked(
            f"{way.name}{case_id}",
            case["person_id"],
            terms.strip() or way.terms,
            _shown(context, done, day),
            [line["id"] for line in done],
        )
        link = ask(context.work, asked, key)
    return CaseHandover(done, link)


def _ready(context: CaseContext, line: Row, way: Way) -> bool:
    offers = context.rules.machine.offers(
        line["state"], line["action"], tracked=line["tracked"]
    )
    return line["action"] == way.action and way.step in offers


def _shown(context: CaseContext, lines: Sequence[Row], day: date) -> list[Row]:
    """Return what is signed for as it is shown."""
    names = ("tag", "kind", "name", "model", "serial")
    ids = [line["asset_id"] for line in lines if line["asset_id"] is not None]
    query = select(id_of(Asset), *(_ASSET.c[name] for name in names)).where(
        id_of(Asset).in_(ids), col(Asset.tag).is_not(None)
    )
    assets = {row["id"]: row for row in context.connection.execute(query).mappings()}
    numbers = _numbers(context, lines)
    found = []
    for line in lines:
        asset = assets.get(line["asset_id"])
        if asset is None:
            shown: Row = {"tag": "", "kind": line["kind"], "name": line["item"]}
            shown |= {"model": line["item"], "serial": numbers.get(line["id"], "")}
        else:
            shown = {name: asset[name] for name in names}
        found.append(shown | {"from": day.isoformat()})
    return found


def _numbers(context: CaseContext, lines: Sequence[Row]) -> dict[int, str]:
    """Return the number, else the name, of each telecom line that is handed over."""
    by_line = {line["telecom_line_id"]: line["id"] for line in lines}
    by_line.pop(None, None)
    if not by_line:
        return {}
    query = select(
        id_of(TelecomLine), col(TelecomLine.e164), col(TelecomLine.name)
    ).where(id_of(TelecomLine).in_(by_line))
    return {
        by_line[number]: e164 or name
        for number, e164, name in context.connection.execute(query)
    }
