"""Templates: accounts, books and asset classes that a legal entity begins with. Pure.

A template is a document as `asset_classes` describes it, with `title`, `country`,
`currency` and `year_end` (month and day) on top, and `variants`: name -> {title,
rules: preset -> rules that stand for each rule of that preset}.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from inventory.accounting.catalogue.class_rules import RulesError

_PARTS = ("accounts", "account_sets", "books", "classes")


def filled_in(
    template: Mapping[str, Any], variant: str | None, books: Collection[str] = ()
) -> dict[str, Any]:
    """Return the document of a template, ready to be kept as JSON.

    Args:
        template: The template.
        variant: Name of one of its variants; None for none.
        books: Codes of the books to keep; empty for all.

    Raises:
        RulesError: There is no such variant or book; names those there are.
    """
    document = {part: template[part] for part in _PARTS}
    replaced = _variant(template, variant)
    codes = [str(book["code"]) for book in document["books"]]
    for code in books:
        if code not in codes:
            raise RulesError(f"there is no book {code}; there are {', '.join(codes)}")
    kept = [code for code in codes if not books or code in books]
    document["books"] = [book for book in document["books"] if book["code"] in kept]
    document["classes"] = {
        name: {
            key: value if key == "accounts" else _rules(value, replaced)
            for key, value in row.items()
            if key == "accounts" or key in kept
        }
        for name, row in document["classes"].items()
    }
    return document


def merged(known: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with what another says on top, name by name.

    A class keeps the rules of books that the other document does not name.
    """
    document = dict(known)
    for part, value in more.items():
        if part == "books":
            named = {book["code"]: book for book in known.get("books", ())}
            named |= {book["code"]: book for book in value}
            document[part] = list(named.values())
        elif part == "classes":
            classes = dict(known.get("classes", {}))
            for name, row in value.items():
                classes[name] = {**classes.get(name, {}), **as_json(row)}
            document[part] = classes
        elif isinstance(value, Mapping):
            document[part] = {**known.get(part, {}), **value}
        else:
            document[part] = value
    return document


def as_json(value: Any) -> Any:  # noqa: ANN401
    """Return a document with its days as text."""
    if isinstance(value, Mapping):
        return {str(name): as_json(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [as_json(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _variant(
    template: Mapping[str, Any], variant: str | None
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    if variant is None:
        return {}
    variants = template.get("variants") or {}
    if variant not in variants:
        known = ", ".join(variants) or "none"
        raise RulesError(f"the template has no variant {variant}; it has: {known}")
    rules: Mapping[str, Sequence[Mapping[str, Any]]] = variants[variant]["rules"]
    return rules


def _rules(
    rules: Sequence[Mapping[str, Any]],
    replaced: Mapping[str, Sequence[Mapping[str, Any]]],
) -> list[dict[str, Any]]:
    return [
        as_json({**rule, **instead})
        for rule in rules
        for instead in replaced.get(str(rule.get("preset")), ({},))
    ]
