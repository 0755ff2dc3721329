"""Model and version from objects that no MIB file describes, by their form. Pure.

Makers put what a device is at the start of their subtree. A value that has the form of
a product's name with a version, of a code alone or of a version alone is taken for it:
little evidence, for devices of which nothing else tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from discovery.identity.clean_text import is_placeholder, key
from discovery.identity.evidence import Evidence
from discovery.identity.rules.apply import served
from discovery.identity.rules.catalogue import PREFIX
from discovery.identity.rules.knowledge import Knowledge
from discovery.identity.verdicts import Statement
from inventory.kernel.texts import N_, Said

TOGETHER, ALONE = 0.34, 0.24
_NAME_AND_VERSION = re.compile(
    r"(?P<model>[A-Z][\w.+-]{1,24}(?: [\w.+/-]{1,24}){0,4}?),? "
    r"(?:v|ver|version|fw|firmware|sw|rev)[. ]{0,2}(?P<version>\d+\.\d[\w.-]{0,20})",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?=.*\d)(?=(?:.*[A-Z]){2})[A-Z][A-Z0-9]*[A-Za-z0-9+/-]{3,24}")
_NO_CODE = re.compile(r"[0-9A-F]{6,}|.*[0-9A-F]{12}.*")
_VERSION = re.compile(r"[vV]?\d{1,3}(?:\.\d{1,5}){2,4}[a-z]?(?:-[\w.]{1,16})?")
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


def statements(evidence: Evidence, knowledge: Knowledge) -> Iterator[Statement]:
    """Yield the first value of each form below the makers it serves."""
    told: set[str] = set()
    for number in served(evidence, knowledge):
        for oid, raw in evidence.rows(f"{PREFIX}{number}."):
            value = raw.strip("\"'. ")
            if is_placeholder(value) or _is_name(value, evidence):
                continue
            for name, found, weight in _read(value):
                if name == "model" and weight == ALONE and not oid.endswith(".0"):
                    continue  # Cells of tables are codes of parts, or serials.
                if name not in told:
                    told.add(name)
                    reason = Said(N_("{oid}, by its form"), oid=oid)
                    yield Statement(name, found, weight, reason, oid)


def _is_name(value: str, evidence: Evidence) -> bool:
    """Whether a text names this one device: by people, or by the tail of its MAC."""
    bare = key(value)
    tails = {key(mac)[-6:] for mac in evidence.macs}
    return bare in evidence.given or bare[-6:] in tails


def _read(value: str) -> Iterator[tuple[str, str, float]]:
    if both := _NAME_AND_VERSION.match(value):
        yield "model", both["model"], TOGETHER
        yield "version", both["version"], TOGETHER
    elif _CODE.fullmatch(value) and not _NO_CODE.fullmatch(value):
        yield "model", value, ALONE
    elif _VERSION.fullmatch(value) and not _ADDRESS.fullmatch(value):
        yield "version", value, ALONE
