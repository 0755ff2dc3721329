"""XML from strangers, read by defusedxml: no entities, no fetching, bounded. Pure."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from collectors.errors import Malformed, TooMuch
from collectors.sentences import N_
from collectors.text import printable

MAX_BYTES = 32_000_000
MAX_ELEMENTS = 2_000_000
LONGEST = 4_096


def parse_xml(data: bytes) -> Element:
    """Return the root of a document, namespaces left out of the names.

    Raises:
        TooMuch: It is larger than allowed.
        Malformed: It is no XML, or declares entities, as bombs do.
    """
    if len(data) > MAX_BYTES:
        raise TooMuch(N_("XML of more than {max_bytes} bytes"), max_bytes=MAX_BYTES)
    if data.count(b"<") > 2 * MAX_ELEMENTS:
        raise TooMuch(
            N_("XML of more than {max_elements} elements"), max_elements=MAX_ELEMENTS
        )
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Malformed(
            N_("XML with declarations of its own ({name})"), name=type(error).__name__
        ) from None
    except (ParseError, ValueError, RecursionError, LookupError):
        raise Malformed(N_("an answer that is not XML")) from None
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return root


def child_text(element: Element, name: str) -> str | None:
    """Return the text of a child; None if it is absent or empty."""
    text = printable((element.findtext(name) or "")[:LONGEST])
    return text or None
