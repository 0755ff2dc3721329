"""Plain HTML forms for acts (`api.http.actions`), and what is said after one. Pure.

A form is sent to `/do/<act>`; `_back` says where to go afterwards. Everything that is
shown goes through `escape`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

Options = Mapping[str, str]
"""Value -> what is shown."""


def form(
    act: str,
    fields: str,
    button: str,
    back: str,
    *,
    hidden: Mapping[str, object] | None = None,
    upload: bool = False,
    quiet: bool = False,
    path: str = "",
) -> str:
    """Return a form.

    Args:
        act: Name of the act.
        fields: HTML of its fields, made by the functions below.
        button: What the button says.
        back: Path to go back to.
        hidden: Values that are sent along.
        upload: It has a field for a file.
        quiet: A small button without weight.
        path: Where to send it instead of `/do/<act>`.
    """
    sent = {"_back": back, **(hidden or {})}
    inner = "".join(
        f'<input type="hidden" name="{_at(name)}" value="{_at(value)}">'
        for name, value in sent.items()
        if value is not None
    )
    kind = ' enctype="multipart/form-data"' if upload else ""
    look = "plain" if quiet else "act"
    target = _at(path or f"/do/{act}")
    return (
        f'<form method="post" action="{target}" class="form"{kind}>{inner}{fields}'
        f'<div class="go"><button class="{look}" type="submit">{escape(button)}'
        "</button></div></form>"
    )


def text(
    name: str,
    label: str,
    value: object = "",
    *,
    kind: str = "text",
    required: bool = False,
    hint: str = "",
    list_of: Iterable[str] = (),
) -> str:
    """Return a field of one line; `kind` is an HTML input type."""
    more = " required" if required else ""
    more += f' placeholder="{_at(hint)}"' if hint else ""
    offered = list(list_of)
    choices = ""
    if offered:
        more += f' list="list-{_at(name)}"'
        inner = "".join(f'<option value="{_at(each)}">' for each in offered)
        choices = f'<datalist id="list-{_at(name)}">{inner}</datalist>'
    field = f'<input name="{_at(name)}" type="{kind}" value="{_at(value)}"{more}>'
    return _labelled(label, field + choices)


def day(name: str, label: str, value: object = "", *, required: bool = False) -> str:
    """Return a field for a day."""
    return text(name, label, value or "", kind="date", required=required)


def area(name: str, label: str, value: object = "", *, hint: str = "") -> str:
    """Return a field of several lines."""
    more = f' placeholder="{_at(hint)}"' if hint else ""
    field = f'<textarea name="{_at(name)}" rows="4"{more}>{_at(value)}</textarea>'
    return _labelled(label, field, "wide")


def choose(name: str, label: str, options: Options, value: object = "") -> str:
    """Return a choice out of some."""
    inner = "".join(
        f'<option value="{_at(key)}"{" selected" if key == str(value) else ""}>'
        f"{escape(shown)}</option>"
        for key, shown in options.items()
    )
    return _labelled(label, f'<select name="{_at(name)}">{inner}</select>')


def tick(name: str, label: str, *, ticked: bool = False) -> str:
    """Return a box to tick."""
    on = " checked" if ticked else ""
    return (
        f'<label class="tick"><input type="checkbox" name="{_at(name)}" value="true"'
        f"{on}> {escape(label)}</label>"
    )


def file(name: str, label: str, accept: str = "") -> str:
    """Return a field for a file."""
    more = f' accept="{_at(accept)}"' if accept else ""
    return _labelled(
        label, f'<input type="file" name="{_at(name)}" required{more}>', "wide"
    )


def folded(title: str, inner: str) -> str:
    """Return something that opens when its title is clicked."""
    return f'<details class="fold"><summary>{escape(title)}</summary>{inner}</details>'


def note(said: tuple[str, bool] | None) -> str:
    """Return what is said after an act: the sentence, and whether it went well."""
    if said is None:
        return ""
    sentence, well = said
    look, role = ("told", "status") if well else ("trouble", "alert")
    lines = "<br>".join(escape(line) for line in sentence.split("\n") if line)
    return f'<div class="{look}" role="{role}">{lines}</div>'


def _labelled(label: str, field: str, look: str = "") -> str:
    kind = f' class="{look}"' if look else ""
    return f"<label{kind}><span>{escape(label)}</span>{field}</label>"


def _at(value: object) -> str:
    return escape("" if value is None else str(value), quote=True)
