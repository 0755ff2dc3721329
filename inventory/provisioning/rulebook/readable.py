"""What rules say, as tables that a person reads. Pure.

A day, a word and a list stay what they are: a page tells them in the language of the
reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from inventory.kernel.money import Money
from inventory.kernel.texts import N_, Said
from inventory.provisioning.calendars import Calendar, named_holidays
from inventory.provisioning.line_states import State, Step
from inventory.provisioning.rules import Rules
from inventory.provisioning.staff_sources import in_fields

Rows = list[dict[str, Any]]
_DEFAULT = N_("all others")
_NOT_SAID: tuple[Any, ...] = (None, "", [], {}, ())


def tables_of(kind: str, rules: Rules, today: date) -> dict[str, Rows]:
    """Return name -> rows of what rules of a kind say.

    Args:
        kind: kits, calendars, lines, notices or sources.
        rules: The rules.
        today: Holidays are those of its year and the next one.
    """
    return _TABLES[kind](rules, today)


def said_in_short(kind: str, rules: Rules) -> str:
    """Return in one sentence how much rules of a kind say."""
    match kind:
        case "kits":
            counts = (len(rules.kits.kits), len(rules.kits.items))
            text = N_("kits: {first}, items: {second}")
        case "calendars":
            counts = (len(rules.calendars.sites), _closed_count(rules))
            text = N_("sites with their own: {first}, closed periods: {second}")
        case "lines":
            counts = (len(rules.machine.states), len(rules.machine.steps))
            text = N_("states: {first}, steps: {second}")
        case "notices":
            counts = (len(rules.notices.notices), len(rules.notices.texts))
            text = N_("notices: {first}, languages: {second}")
        case _:
            counts = (len(rules.policy.joining), len(rules.directories))
            text = N_("rules of joining: {first}, identity providers: {second}")
    return Said(text, first=counts[0], second=counts[1])


def _closed_count(rules: Rules) -> int:
    groups = (rules.calendars.default, *rules.calendars.sites.values())
    return sum(len(one.closed) for entries in groups for one in entries)


def _kits(rules: Rules, _today: date) -> dict[str, Rows]:
    items = rules.kits.items
    return {
        "kits": [
            {
                "kit": kit.name,
                "for_whom": {name: list(values) for name, values in kit.when.items()}
                or Said(N_("everybody")),
                "gets": list(kit.items),
                "without": list(kit.without),
                "start": kit.start,
                "end": kit.end,
                **_amount([items[name].cost for name in kit.items]),
            }
            for kit in rules.kits.kits
        ],
        "items": [
            {
                "item": item.name,
                "kind": item.kind,
                **_amount([item.cost]),
                "models": list(item.any_of),
                "substitutes": list(item.substitutes),
                "approval": item.approval,
                "benefit": item.benefit,
                "counted_only": not item.tracked,
                "overlap": item.overlap or None,
            }
            for item in items.values()
        ],
    }


def _amount(costs: Sequence[Money | None]) -> dict[str, str | None]:
    """Return the sum of what is known, as decimal text and its currency."""
    known = [cost for cost in costs if cost is not None]
    if not known:
        return {"cost": None, "currency": None}
    total = sum(known[1:], known[0])
    return {"cost": total.amount, "currency": total.currency}


def _calendars(rules: Rules, today: date) -> dict[str, Rows]:
    document = rules.documents["calendars"]
    groups: Mapping[str, Any] = {
        "": document.get("default") or (),
        **(document.get("sites") or {}),
    }
    return {
        "calendars": [
            {
                "site": site or Said(_DEFAULT),
                "start": _day(one.get("from")),
                "zone": one.get("zone"),
                "holidays_of": "-".join(
                    filter(None, (one.get("country"), one.get("subdivision")))
                ),
                "weekend": list(one.get("weekend") or ()),
            }
            for site, entries in groups.items()
            for one in entries
        ],
        "closed": [
            {
                "site": site or Said(_DEFAULT),
                "first_day": _day(closed["from"]),
                "last_day": _day(closed["to"]),
                "why": closed.get("why", ""),
            }
            for site, entries in groups.items()
            for one in entries
            for closed in one.get("closed") or ()
        ],
        "holidays": list(_holidays(rules, today)),
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _holidays(rules: Rules, today: date) -> Iterator[dict[str, Any]]:
    groups = (rules.calendars.default, *rules.calendars.sites.values())
    entries: list[Calendar] = [one for group in groups for one in group]
    places = {(one.country, one.subdivision): one for one in entries if one.country}
    for country, subdivision in places:
        years = (today.year, today.year + 1)
        for day, name in named_holidays(country, subdivision, years).items():
            code = "-".join(filter(None, (country, subdivision)))
            yield {"day": day, "holidays_of": code, "name": name}


def _lines(rules: Rules, _today: date) -> dict[str, Rows]:
    return {
        "states": [
            {
                "state": state.name,
                "meaning": state.meaning,
                "owner": state.owner,
                "deadline": _deadline(state),
                "closed": state.closed,
                "other_words": dict(state.meanings),
                "other_owners": dict(state.owners),
            }
            for state in rules.machine.states.values()
        ],
        "steps": [
            {
                "step": step.name,
                "before": sorted(step.sources | step.untracked),
                "after": step.target.removeprefix("@"),
                "for_lines": sorted(step.actions),
                "needs": _needs(step),
            }
            for step in rules.machine.steps.values()
        ],
    }


def _deadline(state: State) -> str:
    if state.closed:
        return ""
    if state.anchor == "entered":
        text = N_("{days} working days after the line came into the state")
    elif state.days < 0:
        text = N_("{days} working days before the first or last day")
    elif state.days:
        text = N_("{days} working days after the first or last day")
    else:
        text = N_("on the first or last day")
    return Said(text, days=abs(state.days))


def _needs(step: Step) -> str:
    told = (
        (step.automatic, N_("Purser takes it")),
        (step.reason, N_("a reason")),
        (step.apart, N_("another person than who asked")),
        (step.signs, N_("a signature")),
        (step.payer, N_("who owns the cost centre")),
    )
    return Said.joined([Said(text) for there, text in told if there], ", ")


def _notices(rules: Rules, _today: date) -> dict[str, Rows]:
    notices = rules.notices
    return {
        "notices": [
            {
                "notice": one.name,
                "moment": one.on,
                "case_kind": one.case,
                "to": list(one.to),
                "owner": one.owner,
                "calendar_entry": one.calendar,
            }
            for one in notices.notices
        ],
        "texts": [
            {
                "notice": name,
                "language": language,
                "subject": parts["subject"],
                "body": parts["body"],
            }
            for language, texts in notices.texts.items()
            for name, parts in texts.items()
        ],
    }


def _sources(rules: Rules, _today: date) -> dict[str, Rows]:
    fields = in_fields(rules.sources)
    return {
        "rules": [
            {"rule": name.replace("_", " "), "value": value}
            for name, value in fields.items()
            if value not in _NOT_SAID
        ]
        + [
            {"rule": f"employments: {name}", "value": one.told()}
            for name, one in rules.directories.items()
        ]
    }


_TABLES: Mapping[str, Callable[[Rules, date], dict[str, Rows]]] = {
    "kits": _kits,
    "calendars": _calendars,
    "lines": _lines,
    "notices": _notices,
    "sources": _sources,
}
