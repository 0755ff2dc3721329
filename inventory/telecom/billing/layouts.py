"""Mapping profiles: which column of a carrier's file is what. Pure.

A layout is a data file of `config/telecom/invoices` or of the site's own folder
DATA_DIR/telecom/invoices; copying one is how a carrier is added. Its keys::

    title, country   for people; the country is that of numbers without a code
    published        where the columns are from
    delimiter        of CSV; without it, what the heading has most of
    encoding         utf-8 without it; the second try is always cp1252
    decimal          "," or "."
    dates            formats of `strptime`, tried in order
    currency         where the file does not say it
    vat              rate in percent, where the file does not say it
    columns          field -> headings, the first that is there counts
    types            text, as it begins -> type of charge; others by their words
    only             column -> values: other rows are sums or calls, and are left out
    skip             column -> values: these rows are left out

Fields: invoice, account, date, due, first_day, last_day, currency; key (several
columns: the first filled one), text (several: all, joined), net, gross, vat, vat_rate,
units, total_net, total_vat, total_gross. `key`, `text` and one of `net` and `gross` are
needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

FIELDS = (
    *("invoice", "account", "date", "due", "first_day", "last_day", "currency"),
    *("key", "text", "net", "gross", "vat", "vat_rate", "units"),
    *("total_net", "total_vat", "total_gross"),
)
_KEYS = frozenset(
    {
        *("title", "country", "published", "delimiter", "encoding", "decimal", "dates"),
        *("currency", "vat", "columns", "types", "only", "skip"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a carrier's file is read; see above."""

    name: str
    title: str
    country: str = ""
    published: str = ""
    delimiter: str = ",;\t"
    encoding: str = "utf-8"
    decimal: str = "."
    dates: tuple[str, ...] = ()
    currency: str = ""
    vat: str = ""
    columns: Mapping[str, tuple[str, ...]]
    types: Mapping[str, str]
    only: Mapping[str, frozenset[str]]
    skip: Mapping[str, frozenset[str]]


def read_layout(name: str, document: Mapping[str, Any]) -> Layout:
    """Read and check a layout.

    Raises:
        Invalid: A key or a field is unknown, or one that is needed is missing.
    """
    unknown = sorted(document.keys() - _KEYS)
    columns = {
        str(field): tuple(_texts(headings))
        for field, headings in dict(document.get("columns", {})).items()
    }
    unknown += sorted(columns.keys() - set(FIELDS))
    if unknown:
        raise Invalid(
            N_("The layout {name} has unknown keys: {keys}."),
            where=name,
            name=name,
            keys=", ".join(unknown),
        )
    missing = [one for one in ("key", "text") if one not in columns]
    if not {"net", "gross"} & columns.keys():
        missing.append("net")
    if missing or document.get("decimal", ".") not in (",", "."):
        raise Invalid(
            N_("The layout {name} lacks {keys}."),
            where=name,
            remedy=N_("Say which columns hold key, text and net."),
            name=name,
            keys=", ".join(missing) or "decimal",
        )
    return _layout(name, document, columns)


def _layout(
    name: str, document: Mapping[str, Any], columns: Mapping[str, tuple[str, ...]]
) -> Layout:
    return Layout(
        name=name,
        title=str(document.get("title", name)),
        columns=columns,
        types={str(k).casefold(): str(v) for k, v in _map(document, "types").items()},
        only=_values(document, "only"),
        skip=_values(document, "skip"),
        dates=tuple(_texts(document.get("dates", ()))),
        vat=str(document.get("vat", "")),
        **{
            key: str(document[key])
            for key in (
                *("country", "published", "delimiter", "encoding"),
                *("decimal", "currency"),
            )
            if key in document
        },
    )


def _map(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    return dict(document.get(key) or {})


def _values(document: Mapping[str, Any], key: str) -> dict[str, frozenset[str]]:
    return {
        str(column): frozenset(one.casefold() for one in _texts(values))
        for column, values in _map(document, key).items()
    }


def _texts(value: Any) -> Sequence[str]:  # noqa: ANN401 - a text or a list of them
    return [value] if isinstance(value, str) else [str(one) for one in value]
