"""XML from strangers, read by defusedxml: no entities, no fetching, bounded. Pure."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from collectors.errors import Malformed, TooMuch
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
        raise TooMuch(f"XML of more than {MAX_BYTES} bytes")
    if data.count(b"<") > 2 * MAX_ELEMENTS:
        raise TooMuch(f"XML of more than {MAX_ELEMENTS} elements")
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Malformed(
            f"XML with declarations of its own ({type(error).__name__})"
        ) from None
    except (ParseError, ValueError, RecursionError, LookupError):
        raise Malformed("an answer that is not XML") from None
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return root


def child_text(element: Element, name: str) -> str | None:
    """Return the text of a child; None if it is absent or empty."""
    text = printable((element.findtext(name) or "")[:LONGEST])
    return text or None
