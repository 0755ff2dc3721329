"""What a device announces of itself to anybody: the places of protocols, as data. Pure.

A printer's make-and-model, a UPnP modelName, the hardware of an ONVIF scope *are* the
model: which place of which protocol holds which field, and how far it can be trusted,
is a line of `config/fingerprints/announced.tsv`. Nothing here knows a vendor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from discovery.identity.clean_text import clean, is_placeholder, key, words
from discovery.identity.device_types import split_kind
from discovery.identity.evidence import Evidence
from discovery.identity.rules.knowledge import Knowledge
from discovery.identity.rules.places import Place
from discovery.identity.verdicts import Statement
from inventory.kernel.texts import N_, Said

SURE = 0.45
"""From this weight on, a maker's name leads to what is known of the maker."""
NAME_ALONE = 0.38
"""What one word without a number weighs as a model: a code stands elsewhere."""
_NAMES = frozenset(("upnp modelName", "wsd ModelName"))
LONGEST_MAKER = 4
"""Words of a maker's name at most."""
_GENERIC = frozenset(
    """
    device printer camera ipcamera ipcam networkcamera router gateway server unknown
    upnp upnpdevice mediaserver mediarenderer tv model product default generic linux
    networkdevice internetgatewaydevice ap mfp nas windows computer
    """.split()
)
"""Words that stand where a model should and name none."""


def of_the_machine(evidence: Evidence, knowledge: Knowledge) -> None:
    """Take out what protocols say of a program that runs on the machine."""
    programs = {
        source.split(" ")[0]
        for source, value in evidence.announced
        for place in _places(source, knowledge)
        if place.field == "software" and place.match and place.match.search(value)
    }
    if not programs:
        return
    kept = [(s, v) for s, v in evidence.announced if s.split(" ")[0] not in programs]
    evidence.announced[:] = kept
    if "upnp" in programs:
        evidence.texts.pop("ssdp", None)


def statements(evidence: Evidence, knowledge: Knowledge) -> Iterator[Statement]:
    """Yield what the announced values say by where they stood."""
    for source, raw in evidence.announced:
        value = clean(raw, 200).strip("\"'()[] ")
        if is_placeholder(value):
            continue
        for place in _places(source, knowledge):
            yield from _said(place, source, value, knowledge)


def models(evidence: Evidence, knowledge: Knowledge) -> Iterator[str]:
    """Yield the texts that hold a model, with the words for its kind beside it."""
    for source, value in evidence.announced:
        fields = {place.field for place in _places(source, knowledge)}
        if fields & {"model", "make-and-model", "about"}:
            yield value


_GREETINGS = ("ftp greeting", "telnet greeting", "rtsp server", "rtsp realm")
_SUBJECTS = ("tls subject CN", "tls subject OU")


def own_words(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Yield kind and text of what servers of the device say it is, in words."""
    for source, value in evidence.announced:
        if source in _GREETINGS and not _PROGRAM.search(value):
            yield "greeting", " ".join(_SERVICE.sub(" ", value).split())
        elif source in _SUBJECTS and "." not in value:
            yield "certificate", value


_SERVICE = re.compile(
    r"\b(?:vs|pro|pure|file ?zilla )?(?:ftpd?|telnetd?|rtsp|http)(?: ?server)?\b|"
    r"\bserver\b|\bservice\b|\b(?:is )?ready\b|\bwelcome(?: to)?\b|\b(?:user ?name|"
    r"login|password)\b.{0,40}$",
    re.IGNORECASE,
)
"""Words of greetings that are about the service, not about the device."""


_PROGRAM = re.compile(
    r"microsoft|vs ?ftpd|pro ?ftpd|pure-?ftpd|filezilla|serv-u|bftpd|wu-", re.IGNORECASE
)
"""Servers that run on anybody's machine, and name themselves only."""


def _places(source: str, knowledge: Knowledge) -> tuple[Place, ...]:
    places = knowledge.catalogue.announced
    return (*places.get(source, ()), *places.get(_any(source), ()))


def makers(evidence: Evidence, knowledge: Knowledge) -> Iterator[str]:
    """Yield who is said to have made it, where that is surer than a guess."""
    for statement in statements(evidence, knowledge):
        if statement.field == "vendor" and statement.weight >= SURE:
            yield statement.value


def _any(source: str) -> str:
    """Return a place of any service: `mdns _ipp ty` as `mdns * ty`."""
    parts = source.split(" ")
    return " ".join((parts[0], "*", *parts[2:])) if len(parts) > 2 else source


def _said(
    place: Place, source: str, value: str, knowledge: Knowledge
) -> Iterator[Statement]:
    if place.match is not None:
        found = place.match.search(value)
        if found is None:
            return
        value = (found.groupdict().get("v") or found[0]).strip()
    reason = Said(N_("{source} says {value!r}"), source=source, value=value)
    if place.value:
        value = place.value
    for name, text in _fields(place.field, value, knowledge):
        weight = place.weight
        if name == "model" and source in _NAMES and text.isalpha():
            weight = NAME_ALONE
        yield from _stated(name, text, weight, reason, source)


def _stated(
    name: str, text: str, weight: float, reason: str, source: str
) -> Iterator[Statement]:
    if name == "type":
        general, below = split_kind(text)
        yield Statement("type", general, weight, reason, source)
        if below:
            yield Statement("subtype", below, weight, reason, source)
    elif name != "model" or not is_generic(text):
        yield Statement(name, text, weight, reason, source)


def is_generic(model: str) -> bool:
    """Whether a model is a word for a kind of device, or no word at all."""
    bare = key(model)
    return bare in _GENERIC or len(bare) < 2


def _fields(field: str, value: str, knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Yield field and value; some places hold a maker and a model in one text."""
    if field in ("make-and-model", "model"):
        maker, model = split_maker(value, knowledge, known=field == "model")
        if maker:
            yield "vendor", maker
        yield "model", model
    elif field in ("vendor", "known-vendor", "enterprise"):
        if maker := _maker(field, value, knowledge):
            yield "vendor", maker
    elif field == "serial":
        if any(c.isdigit() for c in value) and " " not in value:
            yield "serial", value
    elif field not in ("about", "software"):
        yield field, value


def _maker(field: str, value: str, knowledge: Knowledge) -> str | None:
    """Return the maker that a value names; one that is not known as it is written."""
    if field == "enterprise":
        return _registered(value, knowledge)
    known = knowledge.by_name.get(key(value))
    known = known or split_maker(value, knowledge, known=True)[0]
    return known or (value if field == "vendor" else None)


def _registered(number: str, knowledge: Knowledge) -> str | None:
    """Return the vendor of an enterprise number; None for agents anybody ships."""
    if (
        not (number.isascii() and number.isdigit())
        or int(number) in knowledge.catalogue.generic
    ):
        return None
    documents = knowledge.by_enterprise.get(f"1.3.6.1.4.1.{number}", ())
    names = {document.vendor for document in documents if document.vendor}
    return next(iter(names)) if len(names) == 1 else None


_KIND = re.compile(
    r"(?:\s+(?:network|ip|wireless|digital|multifunction|access|door|video|fixed|dome"
    r"|series|printer|camera|controller|router|switch|point|nas|speaker|tv|player))+$",
    re.IGNORECASE,
)
"""Words for the kind of device that makers write behind the model."""


def split_maker(
    text: str, knowledge: Knowledge, *, known: bool = False
) -> tuple[str | None, str]:
    """Return maker and model of a text that names both, the maker first.

    The longest beginning that is a vendor's name, or one of its other names, is the
    maker; without one the first word is, as IPP has it, unless it must be `known`.
    """
    said = text.split()
    for count in range(min(LONGEST_MAKER, len(said) - 1), 0, -1):
        name = key(" ".join(said[:count]))
        maker = knowledge.by_name.get(name)
        # What else a maker is called may be the name of its products.
        if maker and (not known or name in key(maker) or key(maker) in name):
            return maker, _KIND.sub("", " ".join(said[count:]))
    if not known and len(said) > 1 and said[0].isalpha() and words(said[0]):
        return said[0], _KIND.sub("", " ".join(said[1:]))
    return None, _KIND.sub("", text) or text
