"""Model, version and serial from sysDescr by form, for vendors without rules. Pure.

Firmware authors name things in few ways: `Model: X`, `S/N: X`, `Version 1.2`, a code of
letters and digits near the start. What a rule file says of the same text is surer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from discovery.identity.clean_text import is_placeholder, key
from discovery.identity.evidence import Evidence
from discovery.identity.rules.catalogue import enterprise_of
from discovery.identity.rules.knowledge import Knowledge
from discovery.identity.rules.patterns import compile_pattern
from discovery.identity.verdicts import Statement

LABELLED = 0.6
DOUBTED = 0.19
"""Of a label that may be of a part: too little to be told."""
SHAPED = 0.45
GUESSED = 0.35

_SERIAL = compile_pattern(
    r"\b(?:S/N|SN|Serial(?: ?No| ?Num| ?Number)?)[.:# ]{1,3}(?P<v>[A-Z0-9][\w/-]{3,30})"
)
_MODEL = compile_pattern(
    r"(?:\bmodel(?: name| no| number)?|\bprod(?:uct)?(?: name)?|\bMN|\bMD|\bPID|"
    r"\bHwSku|\bdevice type|\bseries) ?[:=] ?(?P<v>[^;,|>)]{2,40})"
)
_LABELLED_VERSION = (
    compile_pattern(r"\b(?P<v>V\d{3}R\d{3}C\d{2}\w{0,12})"),
    compile_pattern(
        r"\b(?:software|sw|application|image|runtime)"
        r"(?: version| ver| rev| release)?[.:= ]{1,2}v?(?P<v>\d+[._]\d[\w.()-]{0,30})"
    ),
    compile_pattern(
        r"(?<!boot)(?<!bootcode)(?<!loader) ?\b(?:version|ver|release|rel|revision)"
        r"[.:= ]{1,2}v?(?P<v>(?:[A-Z]{1,2}\.)?\d+[._]\d[\w.()-]{0,30})"
    ),
    compile_pattern(
        r"\b(?:firmware|fw)(?: version| ver| rev| release)?[.:= ]{1,2}v?"
        r"(?P<v>\d+[._]\d[\w.()-]{0,30})"
    ),
    compile_pattern(r"\bversion (?P<v>[A-Z]{1,4}\d{1,4}\.[A-Z0-9.]{2,20})\b"),
)
_BARE_VERSION = (
    compile_pattern(r"(?:^|[ ,(;_-])v(?P<v>\d+\.\d[\w.()-]{0,30})"),
    compile_pattern(r"[\[(](?P<v>\d+\.\d+\.\d[\w.]{0,30})[\])]"),
    compile_pattern(r"[ ,](?P<v>\d+\.\d+\.\d[\w.()-]{0,30})"),
    compile_pattern(r"[ ,](?P<v>\d{1,2}\.\d[A-Z]\d[\w.-]{0,20})(?: |$)"),
    compile_pattern(r"^[A-Z]+(?:-[A-Z])?-(?P<v>\d+\.\d[\w.-]{0,30})"),
    compile_pattern(
        r"[(, ](?!MB|B|HW|HR|PCB)[A-Z]{1,3}\d?:[vV]?(?P<v>\d+\.\d[\w.-]{0,30})"
    ),
    compile_pattern(r"\bkernel \w{2,12} (?P<v>\d+\.\d[\w.-]{0,30})"),
    compile_pattern(r"(?:,| -) ?(?P<v>[A-Z]{1,2}\.\d+\.\d+\w{0,8})"),
    compile_pattern(r"\b[A-Z]\w{1,12}OS (?P<v>\d+\.\d[\w.-]{0,30})"),
    compile_pattern(r"^(?P<v>\d+\.\d+\([A-Z]+\.\d+\)\w{0,6})"),
    compile_pattern(r"\bver(?:sion)?[:.]? ?(?P<v>[a-z]?\d{4,12}[\w.]{0,20})"),
)
_BUILT = re.compile(r"(?<=\d)(?:\.\d{6,})+(?:\.\d+)*$")
"""Numbers and days of builds behind a version: `1.8.0.4853089.160219.1607`."""
_HARDWARE = compile_pattern(
    r"\b(?:hardware(?: version| rev| revision)?|HW(?: rev)?)[.:= ]{1,2}"
    r"(?P<v>[vV]?[\w.]{1,12})"
)
_CODE = re.compile(r"(?=[^ ]*\d)(?=[^ ]*[A-Za-z])[A-Za-z0-9][A-Za-z0-9/+._-]{2,30}$")
_NO_CODE = re.compile(
    r"((rev|ver|sw|fw|hw|os)\.?\d.*|r?\d+\.\d\S*|.*\d\.\d+\.\d.*|ipv?[46]|"
    r"v?\d[\d.]*[a-z]?|snmpv?\d?c?|\d+(\.\d+)?[gmk]b?(ps|hz|e|base.*)?|l[234]|"
    r"802\..*|\d+-?port.*|\d+x.*|x86.*|i[3-6]86|amd64|x64|ia64|intel\d*|em64t|sparc\w*|riscv\d*|aarch64|arm.*|mips.*|ppc\w*|"
    r"\d+(st|nd|rd|th)|\d+v(ac|dc)?|\d+k?[vw]a?|rfc\d+|rs-?\d+|ge\d*|fe\d*|"
    r"[a-z]+(-[a-z])?-\d+\.\d+[.-].*|build-.*|\d+(/\d+)+\w*|https?.*|"
    r"[0-9a-f]{4}|.*\bg[0-9a-f]{7,}|.*/x86.*|"
    r".*\.(com|net|org|bin|img)|el\d.*)$",
    re.IGNORECASE,
)
_BEFORE_VERSION = compile_pattern(
    r"^(?P<v>[A-Z][\w./+-]{1,20}(?: [\w./+-]{1,20}){0,3}),? "
    r"(?:\(|v\d|ver|version|fw|firmware|sw|software|hw|sn|s/n|rev|revision|release)\b"
)
_NAME_AND_NUMBER = re.compile(
    r"(?!.*\b(?:version|ver|release|rev|build|layer|agent|port|snmp|system|unit)\b)"
    r"(?P<v>[A-Z][A-Za-z+-]{1,20}(?: [A-Z][A-Za-z+-]{0,16}){0,2} \d{1,4}[A-Za-z]{0,3})"
    r"(?:,.{0,40}| v?\d+\.[\w.]{1,20}(?: \w{1,8})?)?$",
    re.IGNORECASE,
)
_NAME_THEN_VERSION = re.compile(
    r"(?:^|;)\s*(?P<v>(?!\w*OS )[A-Z][\w+/-]{1,20}(?: [A-Z0-9][\w+/-]{0,20}){0,3})"
    r"(?P<kind>(?: [A-Z][A-Za-z]{2,12}){0,2}) v?\d+\.\d+[\w.-]*(?=;|,|$)"
)
"""A name, words of what kind of thing it is, and a bare version: all of a clause."""
_SHORT_NAME = re.compile(
    r"(?=.*(?:[a-z][A-Z]|[A-Z]{5}))[A-Z][\w-]{2,20} [A-Z][\w-]{3,20}$"
)
"""Two words of which one is a compound, or a code of letters."""
_OF_CARD = re.compile(r"^[^(]{0,60}\b(?:card|module|adapter|interface) ?\(", re.I)
"""A card that names itself first: what is labelled in its parentheses may be its own
model as well as that of what it sits in."""
_LONG_NUMBER = re.compile(r"\s(?P<v>(?!(?:19|20)\d{10,12}$)\d{12,20})$")
"""A number too long for a version or a day, at the end; days with times are not."""
_NEXT_LABEL = re.compile(r" +[\w/]{1,12}: ?|<")
_AFTER_UNAME = re.compile(r" : (?P<rest>.{4,200})$")
"""What some makers write behind the text of `uname -a`."""
_UNIX = re.compile(
    r"^((Linux|FreeBSD|NetBSD|OpenBSD|Darwin|SunOS|HP-UX|AIX|uClinux)\b|Hardware:)",
    re.IGNORECASE,
)


def statements(evidence: Evidence, knowledge: Knowledge) -> Iterator[Statement]:
    """Yield what the words of sysDescr suggest."""
    for text in evidence.texts.get("sysDescr", ()):
        yield from _labelled(text)
        if not _UNIX.match(text):
            yield from _model(text, evidence, knowledge)
            yield from _version(text)
        elif found := _AFTER_UNAME.search(text):
            yield from _version(found["rest"])


def _state(name: str, value: str, weight: float, how: str) -> Iterator[Statement]:
    cleaned = value.strip(" .,;:-()\"'\\")
    if not is_placeholder(cleaned):
        yield Statement(name, cleaned, weight, f"sysDescr, {how}", "sysDescr")


def _labelled(text: str) -> Iterator[Statement]:
    for name, pattern, weight in (
        ("serial", _SERIAL, LABELLED),
        ("model", _MODEL, LABELLED),
        ("hardware_rev", _HARDWARE, SHAPED),
    ):
        if name == "hardware_rev" and _UNIX.match(text):
            continue
        found = pattern.search(text)
        if name == "model" and _OF_CARD.match(text):
            weight = DOUBTED
        if found is None and name == "serial":
            found, weight = _LONG_NUMBER.search(text), SHAPED
        if found and (name == "model" or any(c.isdigit() for c in found["v"])):
            value = _NEXT_LABEL.split(found["v"])[0]
            yield from _state(name, value, weight, f"labelled as {name}")


def _version(text: str) -> Iterator[Statement]:
    for patterns, weight, how in (
        (_LABELLED_VERSION, LABELLED - 0.05, "labelled as version"),
        (_BARE_VERSION, SHAPED + 0.02, "by its form"),
    ):
        for pattern in patterns:
            if found := pattern.search(text):
                value = _BUILT.sub("", found["v"])
                yield from _state("version", value, weight, how)
                return


def _model(text: str, evidence: Evidence, knowledge: Knowledge) -> Iterator[Statement]:
    """A code near the start, or the whole of a short text."""
    bare = _without_vendor(text, evidence, knowledge)
    found = _BEFORE_VERSION.match(bare)
    if found and (name := _up_to_code(found["v"])):
        yield from _state("model", name, SHAPED, "before the version")
    elif len(bare) <= 60 and (found := _NAME_AND_NUMBER.match(bare)):
        yield from _state("model", found["v"], GUESSED, "a name and a number")
    elif code := _code_in(bare):
        yield code
    elif found := _NAME_THEN_VERSION.search(bare):
        yield from _state("model", found["v"], SHAPED, "before a bare version")
    elif len(bare) <= 30 and (bare == _up_to_code(bare) or _SHORT_NAME.match(bare)):
        yield from _state("model", bare, GUESSED, "a short text")


def _code_in(bare: str) -> Statement | None:
    """Return a code of letters and digits among the first words."""
    listed = bare.replace(",", " ").replace(";", " ").split()
    for place, word in enumerate(listed[:6]):
        token = word.strip("()[]\"'")
        if is_code(token) and not listed[max(0, place - 1)].endswith(":"):
            whole = place == 0 and len(listed) == 1
            weight = (SHAPED if place < 2 else GUESSED) + 0.1 * whole
            how = "a code near the start"
            if place == 0 and len(listed) == 2 and listed[1].isdigit():
                token = bare
            return next(_state("model", token, weight, how), None)
    return None


def is_code(token: str) -> bool:
    """Whether a word may be a product's code: letters and digits, no version."""
    return bool(_CODE.match(token)) and not _NO_CODE.match(token)


def _up_to_code(text: str) -> str:
    """Cut a text after its last word with a digit; empty when there is none."""
    parts = text.split()
    while parts and (
        not any(c.isdigit() for c in parts[-1]) or _NO_CODE.match(parts[-1])
    ):
        parts.pop()
    return " ".join(parts)


def _without_vendor(text: str, evidence: Evidence, knowledge: Knowledge) -> str:
    parts = text.split(" ")
    number = enterprise_of(evidence.object_id)
    registered = (knowledge.catalogue.organisation(number or 0) or "").split(" ")
    names = {key(" ".join(registered[:count])) for count in (1, 2, 3)}
    for count in (3, 2, 1):
        name = key(" ".join(parts[:count]))
        if len(parts) > count and (name in knowledge.by_name or name in names):
            return " ".join(parts[count:])
    return text
