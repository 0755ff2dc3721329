"""SOAP 1.1 of Cisco CUCM: envelopes written and read, faults as reasons. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from collectors.bounded_xml import child_text, parse_xml
from collectors.errors import AuthFailed, CollectError, Malformed, TooMuch, Unsupported
from collectors.sentences import N_
from collectors.text import printable

_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:ns="{namespace}"><soapenv:Header/><soapenv:Body>{body}</soapenv:Body>'
    "</soapenv:Envelope>"
)

_SUGGESTED = re.compile(r"less than (\d{1,7}) rows", re.IGNORECASE)

Tree = Mapping[str, "str | Tree | None"]


def envelope(namespace: str, body: str) -> bytes:
    """Return a request around a body whose elements have the prefix `ns`."""
    return _ENVELOPE.format(namespace=namespace, body=body).encode()


def elements(tree: Tree) -> str:
    """Return nested elements; None is an empty element, text is escaped."""
    parts = []
    for name, value in tree.items():
        if value is None:
            parts.append(f"<{name}/>")
        elif isinstance(value, str):
            parts.append(f"<{name}>{escape(value)}</{name}>")
        else:
            parts.append(f"<{name}>{elements(value)}</{name}>")
    return "".join(parts)


class TooManyRows(TooMuch):
    """The answer would be too large; fewer rows at a time are suggested.

    Attributes:
        suggested: Rows that would do.
    """

    def __init__(self, suggested: int) -> None:
        super().__init__("the system gives fewer rows at a time")
        self.suggested = suggested


class RateExceeded(TooMuch):
    """More requests than are allowed in a minute."""


def body_of(data: bytes, what: str) -> Element:
    """Return the first element of the body.

    Args:
        data: The whole answer.
        what: The operation, for errors.

    Raises:
        CollectError: It is no SOAP, or a fault.
    """
    root = parse_xml(data)
    body = root.find("Body")
    first = next(iter(body), None) if body is not None else None
    if first is None:
        raise Malformed(N_("{what}: an answer that is not SOAP"), what=what)
    if first.tag == "Fault":
        raise fault(first, what)
    return first


def fault(element: Element, what: str) -> CollectError:
    """Return the error that a fault means."""
    fault_text = printable((element.findtext("faultstring") or "")[:500])
    lower = fault_text.lower()
    if found := _SUGGESTED.search(fault_text):
        return TooManyRows(max(1, int(found[1]) - 1))
    if "exceeded allowed rate" in lower:
        return RateExceeded(f"{what}: more requests than are allowed in a minute")
    if "unauthorized" in lower or "authentication" in lower:
        return AuthFailed(
            N_("{what}: the account is refused or may not do this"), what=what
        )
    if "not supported" in lower or "not found in the" in lower:
        return Unsupported(N_("{what}: {what2}"), what=what, what2=fault_text[:200])
    return Malformed(
        N_("{what}: {what2}"),
        what=what,
        what2=fault_text[:200] or "a fault without a reason",
    )


def rows(element: Element, name: str, most: int) -> list[Element]:
    """Return the elements below `return` with a name.

    Raises:
        TooMuch: There are more than `most`.
    """
    inner = element.find("return")
    found = list(inner.iter(name)) if inner is not None else []
    if len(found) > most:
        raise TooMuch(N_("more than {most} rows"), most=most)
    return found


def texts(element: Element, names: Iterable[str]) -> dict[str, str]:
    """Return the named children that have a text."""
    found = {name: child_text(element, name) for name in names}
    return {name: value for name, value in found.items() if value is not None}
