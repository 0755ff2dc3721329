"""Jinja2, and what the templates may call."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.filters import do_join
from jinja2.runtime import Context
from markupsafe import Markup, escape

from api.pages.cells import TO_THE_RIGHT, TONES
from api.pages.navigation import may_open, opened_for, seen_by
from api.pages.visit import View, Visit
from api.pages.words import LANGUAGES, Words
from inventory.kernel.texts import Said

HERE = Path(__file__).parent
STATIC = HERE / "static"
GUIDE = STATIC / "guide"
"""Pictures of the guide: `TASK.LANGUAGE.webp`."""


def _print_of(folder: Path) -> str:
    """Return a name for all that lies in a folder; it changes with any of it."""
    found = hashlib.sha256()
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:10]


VERSION = _print_of(STATIC)


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
        auto_reload=False,
        finalize=_told,
    )
    made.globals.update(
        static=lambda name: f"/static/{VERSION}/{name}",
        icon=icon,
        opens=_opens,
        address=address,
        tone=lambda value: TONES.get(str(value), ""),
        LANGUAGES=LANGUAGES,
        TO_THE_RIGHT=TO_THE_RIGHT,
        _=_text,
        many=_many,
    )
    made.filters["list_of"] = list
    made.filters["join"] = _join
    made.filters.update(
        money=_money,
        amount=_amount,
        day=_day,
        ago=_ago,
        moment=_moment,
        number=_number,
        word=_word,
        plain=_plain,
    )
    return made


def icon(name: str) -> Markup:
    """Return a symbol of the sprite; words beside it carry the meaning."""
    return Markup(  # noqa: S704 - both parts are ours, the name is escaped
        f'<svg class="icon" aria-hidden="true">'
        f'<use href="/static/{VERSION}/icons.svg#{escape(name)}"/></svg>'
    )


def address(path: str, pairs: Mapping[str, Any] | Sequence[tuple[str, str]]) -> str:
    """Return a path with parameters; empty ones are left out."""
    items = pairs.items() if isinstance(pairs, Mapping) else pairs
    query = urlencode([(k, v) for k, v in items if v not in (None, "")])
    return f"{path}?{query}" if query else path


@pass_context
def _told(context: Context, value: Any) -> Any:  # noqa: ANN401
    """Return what a template prints: sentences in the reader's language."""
    return context["visit"].words.said(value) if isinstance(value, Said) else value


@pass_context
def _join(context: Context, values: Iterable[Any], by: str = "") -> str:
    """Return several values as one text; sentences among them are translated."""
    told = [_told(context, value) for value in values]
    joined: str = do_join(context.eval_ctx, told, by)
    return joined


@pass_context
def _text(context: Context, message: str, /, **values: object) -> str:
    words = context["visit"].words
    if isinstance(message, Said):
        return str(words.said(message))
    return str(words.text(message, **values))


@pass_context
def _opens(context: Context, path: str) -> bool:
    """Whether a path leads to a page that is for the reader's roles."""
    return may_open(path, context["visit"].caller)


@pass_context
def _many(
    context: Context, one: str, more: str, count: int, /, **values: object
) -> str:
    return str(context["visit"].words.many(one, more, count, **values))


def _filter(name: str) -> Callable[[Context, Any], str]:
    @pass_context
    def shown(context: Context, value: Any) -> str:  # noqa: ANN401
        return (
            "" if value is None else str(getattr(context["visit"].words, name)(value))
        )

    return shown


_day, _ago, _moment, _number, _word, _plain = (
    _filter(n) for n in ("day", "ago", "moment", "number", "word", "plain")
)


@pass_context
def _money(context: Context, minor: int | None, currency: str | None) -> str:
    if minor is None or not currency:
        return ""
    return str(context["visit"].words.money(minor, currency))


@pass_context
def _amount(context: Context, amount: Any, currency: str | None) -> str:  # noqa: ANN401
    """Return an amount of major units, as text or number."""
    if amount in (None, "") or not currency:
        return ""
    return str(context["visit"].words.amount(Decimal(str(amount)), currency))


ENVIRONMENT = _environment()


HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        " connect-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "Cache-Control": "private, no-cache",
    "Vary": "Cookie, Accept-Language",
}
"""Of every page."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """Who looks at a page without being logged in, as templates ask."""

    words: Words
    theme: str


def draw(template: str, words: Words, theme: str, **about: Any) -> str:  # noqa: ANN401
    """Return the HTML of a page for who is not logged in."""
    return ENVIRONMENT.get_template(template).render(
        **about, visit=Stranger(words, theme)
    )


def render(view: View, visit: Visit, said: str = "") -> str:
    """Return the HTML of a page."""
    template = ENVIRONMENT.get_template(view.template)
    return template.render(
        **view.about,
        visit=visit,
        title=view.title,
        here=view.here,
        said=said,
        groups=list(seen_by(visit.caller)),
        opened=opened_for(visit.caller),
        status=view.status,
    )
