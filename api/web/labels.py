"""Print labels: which things, on which sheet or tape."""

from __future__ import annotations

from starlette.requests import Request

from api.web import forms, frame
from api.web.acts import draw_said
from inventory.assets.labels.media import SHEETS, TAPES

PATH = "/labels"
MEDIA = {
    **{n: f"{n}: {s.width:g} x {s.height:g} mm, {s.count}" for n, s in SHEETS.items()},
    **{name: f"Tape {one.width:g} mm" for name, one in TAPES.items()},
}


async def show_page(request: Request) -> None:
    """Draw the form."""
    visit = frame.visit(request)
    tags = request.query_params.get("tags", "").replace(",", "\n")
    with frame.page(visit, "/assets", "Labels"):
        frame.html('<a class="crumb" href="/assets">Assets</a>')
        frame.heading("Labels")
        draw_said(request)
        with frame.card("Print"):
            fields = forms.area("tags", "Tags or serials, one a line", tags)
            fields += forms.choose("medium", "Sheet or tape", MEDIA, "L7160")
            fields += forms.text("skip", "Labels already used", "0", kind="number")
            frame.html(forms.form("", fields, "Make a PDF", PATH, path="/print-labels"))
            frame.html(
                '<div class="soft">The QR code opens the asset here; where it fits, the'
                " tag is there as Code 128 for hand-held readers, too.</div>"
            )
