"""Segments and messages of UN/EDIFACT interchanges. Imports pydifact (ISO 9735)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

MOST_SEGMENTS = 2_000_000
_ISO_8859 = dict(zip("CDEFGHIJK", (1, 2, 5, 7, 3, 4, 6, 8, 9), strict=True))
_ENCODINGS = {
    **dict.fromkeys(("UNOA", "UNOB"), "ascii"),
    **{f"UNO{letter}": f"iso8859-{part}" for letter, part in _ISO_8859.items()},
    **dict.fromkeys(("UNOW", "UNOX", "UNOY"), "utf-8"),
}
"""Character sets by the syntax identifier, data element 0001 of UNB."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment: its tag, and data elements of components."""

    tag: str
    elements: Sequence[Sequence[str]]

    def at(self, element: int, component: int = 0) -> str:
        """Return a component; empty where it is left out."""
        if element < len(self.elements):
            parts = self.elements[element]
            if component < len(parts):
                return parts[component].strip()
        return ""


class _Plain:
    """Makes plain segments, so that directories of any release are read alike."""

    def create_segment(
        self, name: str, *elements: str | list[str], **_more: object
    ) -> Segment:
        """Return a segment; a lone component stands for an element of one."""
        parts = [[one] if isinstance(one, str) else list(one) for one in elements]
        return Segment(name, parts)


def is_edifact(data: bytes) -> bool:
    """Whether a file begins like an interchange."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:3] in (b"UNA", b"UNB")


def messages_of(data: bytes, kind: str) -> Iterator[list[Segment]]:
    """Yield the messages of a kind, such as INVOIC: what is between UNH and UNT.

    Raises:
        Invalid: The interchange is broken or cut off.
    """
    now: list[Segment] | None = None
    for one in _segments(_text(data)):
        if one.tag == "UNH":
            now = [] if one.at(1) == kind else None
        elif one.tag == "UNT":
            if now is not None:
                yield now
            now = None
        elif now is not None:
            now.append(one)
    if now is not None:
        raise Invalid(
            N_("An invoice is cut off: its last segment is missing."),
            where="file",
            remedy=N_("Ask the provider for the whole file."),
        )


def _text(data: bytes) -> str:
    found = re.search(rb"UNB.(UNO[A-Z])", data[:200])
    encoding = _ENCODINGS.get(found[1].decode() if found else "", "iso8859-1")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        # UNOA and UNOB forbid umlauts, and senders write them all the same.
        text = data.decode("iso8859-1")
    return text.lstrip("\ufeff \t\r\n")


def _segments(text: str) -> Iterator[Segment]:
    # Only who loads EDIFACT waits for its library.
    from pydifact.exceptions import EDISyntaxError, ValidationError
    from pydifact.parser import Parser
    from pydifact.segments import SegmentFactory

    broken = (
        *(EDISyntaxError, ValidationError),
        *(ValueError, IndexError, TypeError, AssertionError),
    )
    factory = cast(SegmentFactory, _Plain())
    try:
        for count, one in enumerate(Parser(factory=factory).parse(text)):
            if count > MOST_SEGMENTS:
                raise Invalid(
                    N_("The file has more than {most} segments."),
                    where="file",
                    most=MOST_SEGMENTS,
                )
            yield cast(Segment, one)
    except broken as error:
        raise Invalid(
            N_("It is not EDIFACT that can be read: {error}."),
            where="file",
            remedy=N_("Ask the provider for the whole file."),
            error=str(error).strip(". ")[:200] or type(error).__name__,
        ) from error
