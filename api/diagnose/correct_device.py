"""Why a device is taken for what it is, and corrections by hand.

The API, the page and the command line show and do the same by these functions.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from sqlalchemy import Connection

from api.compose.rulebooks import knowledge, local_rules
from api.compose.wiring import App

if TYPE_CHECKING:
    from discovery.identity.identify import Explanation

Fields = Mapping[str, str | None]


def explained(app: App, connection: Connection, device_id: int) -> Explanation:
    """Weigh again what is stored of a device, and lay the reasoning open.

    Raises:
        NotFound: There is no such device.
        DataError: A rule file is broken.
    """
    from discovery.identity.identify import explain, identify
    from discovery.observations.correct import observations_of

    seen = observations_of(connection, device_id)
    known = knowledge(local_rules(app.settings))
    return explain(seen, identify(seen, known), known)


def correct_device(
    app: App,
    actor: str,
    device_id: int,
    fields: Fields,
    *,
    note: str = "",
    as_rule: bool = False,
) -> str | None:
    """Correct a device, and on request all that look like it, by a rule of the site.

    Args:
        app: The composition.
        actor: Who says so.
        device_id: The device.
        fields: Field to what it is; None takes the correction back.
        note: Why, for the history and the rule.
        as_rule: Write a rule file as well; it outranks what Purser ships.

    Returns:
        Name of the rule file, None without one.

    Raises:
        NotFound: There is no such device.
        Invalid: A field or value cannot be, or no rule can be made of it.
    """
    from discovery.observations.correct import correct, observations_of, rule_for

    written: tuple[Path, Path] | None = None
    with app.work(actor) as work:
        correct(work, device_id, fields)
        if as_rule:
            seen = observations_of(work.connection, device_id)
            why = f"corrected by {actor}" + (f": {note}" if note else "")
            rule = rule_for(seen, fields, why)
            written = _write(local_rules(app.settings), device_id, rule)
            after = {"file": written[1].name, "rule": dict(rule)}
            work.audit("device", device_id, "rule", None, after)
        elif note:
            work.audit("device", device_id, "remark", None, {"note": note})
        work.commit()
    if written is None:
        return None
    os.replace(*written)
    knowledge.cache_clear()
    return written[1].name


def _write(folder: Path, device_id: int, rule: Mapping[str, Any]) -> tuple[Path, Path]:
    """Write a rule beside its place; return where it is and where it belongs."""
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"correction-{device_id}.yaml"
    beside = place.with_suffix(".new")
    text = yaml.safe_dump(dict(rule), sort_keys=False, allow_unicode=True)
    beside.write_text(text, encoding="utf-8")
    return beside, place


def laid_open(found: Explanation) -> dict[str, Any]:
    """Return an explanation as plain values, for JSON."""
    return {
        "clues": [
            {"kind": heard.kind, "value": heard.value, "source": heard.source}
            for heard in found.clues
        ],
        "fields": [
            {
                "field": each.field,
                "value": each.verdict.value,
                "confidence": round(each.verdict.confidence, 3),
                "suggested": each.verdict.suggested,
                "source": each.verdict.source,
                "reasons": list(each.verdict.reasons),
                "statements": [
                    {
                        "value": said.value,
                        "weight": round(said.weight, 3),
                        "reason": said.reason,
                        "source": said.source,
                    }
                    for said in each.statements
                ],
                "settle": list(each.settle),
            }
            for each in found.reasonings
        ],
        "conflicts": list(found.conflicts),
    }
