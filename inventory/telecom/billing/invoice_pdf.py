"""The XML that a ZUGFeRD or Factur-X invoice carries within its PDF.

The file is PDF/A-3 with the invoice as an embedded file (ISO 32000-1, 7.11.4) of a name
that the standards fix. Imports pypdf, whose limits bound what a stream inflates to.
"""

from __future__ import annotations

import io

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

_NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "cii-xml.xml")
LARGEST_XML = 50_000_000


def is_pdf(data: bytes) -> bool:
    """Whether a file begins like a PDF."""
    return b"%PDF-" in data[:1024]


def xml_of_pdf(data: bytes) -> bytes:
    """Return the XML invoice that a PDF carries.

    Raises:
        Invalid: It is broken, encrypted, or carries none: a picture of an invoice.
    """
    # Only who loads a PDF waits for its library.
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        found = {one.name.casefold(): one for one in reader.attachment_list if one.name}
        wanted = [found[name] for name in _NAMES if name in found]
        wanted += [one for name, one in found.items() if name.endswith(".xml")]
        content = wanted[0].content if wanted else b""
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        OverflowError,
        NotImplementedError,
    ) as error:
        raise Invalid(
            N_("The PDF cannot be read: {error}."),
            where="file",
            remedy=N_("Ask the provider for the XML, or a file with totals by number."),
            error=type(error).__name__,
        ) from error
    if not content or len(content) > LARGEST_XML:
        raise Invalid(
            N_("The PDF carries no XML invoice: it is a picture for people only."),
            where="file",
            remedy=N_("Ask the provider for ZUGFeRD, or a file with totals by number."),
        )
    return content
