"""Forms on the page of an asset: steps, custody, who pays, files, notes."""

from __future__ import annotations

from typing import Any

from api.http.auth import Role
from api.web import forms, frame
from api.web.handing import HOLDERS
from api.web.html import show

Detail = dict[str, Any]


def steps(asset: Detail, visit: frame.Visit) -> str:
    """Return the steps that are possible now as buttons, and why others are not."""
    mine = {str(role) for role in visit.caller.roles}
    here = f"/assets/{asset['id']}"
    possible, others = [], []
    for step in asset["steps"]:
        reasons = [why for why in step["reasons"] if why]
        if mine.isdisjoint(step["roles"]):
            reasons.append(f"it needs the role {' or '.join(step['roles'])}")
        if reasons:
            others.append(f"<li><b>{show(step['name'])}</b>: {show(reasons)}</li>")
        else:
            possible.append((step["name"], step["target"], step["needs"]))
    if mine.isdisjoint({"it", "accounting"}):
        return ""
    options = {
        name: f"{name.replace('_', ' ')} → {target.replace('_', ' ')}"
        + (" (say why)" if "reason" in needs else "")
        for name, target, needs in possible
        if name not in ("hand_out", "take_back")
    }
    form = '<div class="soft">No step is possible now.</div>'
    if options:
        fields = forms.choose("step", "Step", options)
        fields += forms.text("reason", "Why")
        fields += forms.day("on", "On")
        hidden = {"asset": asset["tag"]}
        form = forms.form("step", fields, "Take this step", here, hidden=hidden)
    inner = f'<ul class="reasons">{"".join(others)}</ul>'
    return form + forms.folded("Why other steps are not possible", inner)


def custody(asset: Detail, visit: frame.Visit) -> str:
    """Return the forms that hand the asset out, on, or take it back."""
    if not visit.may(Role.IT):
        return ""
    here = f"/assets/{asset['id']}"
    held = any(one["valid_to"] is None for one in asset["custody"])
    hidden = {"assets": asset["tag"]}
    fields = forms.choose("holder_kind", "To", HOLDERS)
    fields += forms.text("holder", "Key, login, e-mail, name; code; tag", required=True)
    fields += forms.day("on", "From") + forms.day("expected_return", "Back by")
    fields += forms.tick("confirm", "Ask to confirm it")
    word = "Hand on" if held else "Hand out"
    inner = forms.form("check-out", fields, word, here, hidden=hidden)
    if held:
        back = forms.day("on", "Since")
        inner += forms.form("check-in", back, "Take back", here, hidden=hidden)
    return forms.folded("Hand out, hand on, take back", inner)


def bearing(asset: Detail, visit: frame.Visit) -> str:
    """Return the forms that say who pays."""
    if not visit.may(Role.IT, Role.ACCOUNTING):
        return ""
    here = f"/assets/{asset['id']}"
    hidden = {"asset": asset["tag"]}
    now = "\n".join(
        f"{one['code']}={one['ppm'] / 10_000:g}" for one in asset["bearing"]["shares"]
    )
    fields = forms.area(
        "shares", "Cost centre = percent, one a line; 100 together", now, hint="4100=60"
    )
    fields += forms.day("on", "From") + forms.day("until", "Until")
    fields += forms.text("reason", "Why")
    inner = forms.form("allocate", fields, "Let them pay", here, hidden=hidden)
    if asset["bearing"]["source"] == "allocation":
        field = forms.day("on", "From")
        inner += forms.form(
            "follow-holder", field, "Follow the holder", here, hidden=hidden
        )
    return forms.folded("Other cost centres", inner)
