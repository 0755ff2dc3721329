"""Depreciation methods: one file a method, all registered here.

To add one: a file with a `METHOD` (or `METHODS`) and its published cases in the
tests; the register scans the package, refuses doubles and fails loudly.

* `base` (pure): what a method sees and returns, helpers.
* `straight_line`, `declining_balance`, `sum_of_digits`, `table`, `units`, `manual`,
  `macrs`: the methods.
* `pooled`: Assets in a pool: the pool is written down as one, they are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from inventory.accounting.methods.base import Method
from inventory.accounting.model.terms import DepreciationTerms, TermsError


def _declared(module: ModuleType) -> Iterator[Method]:
    found = getattr(module, "METHODS", None) or (module.METHOD,)
    yield from found


@cache
def methods() -> dict[str, Method]:
    """Return all registered methods by name.

    Raises:
        RuntimeError: Two methods share a name.
        AttributeError: A file of the package declares no method.
    """
    register: dict[str, Method] = {}
    for info in iter_modules(__path__):
        if info.name == "base":
            continue
        for method in _declared(import_module(f"{__name__}.{info.name}")):
            if method.name in register:
                raise RuntimeError(f"two depreciation methods are called {method.name}")
            register[method.name] = method
    return register


def method_of(terms: DepreciationTerms) -> Method:
    """Return the method that the terms name, with its parameters checked.

    Raises:
        TermsError: Unknown method or parameter, or a life is missing.
    """
    method = methods().get(terms.method)
    if method is None:
        known = ", ".join(sorted(methods()))
        raise TermsError(
            f"unknown depreciation method {terms.method!r}; known: {known}"
        )
    unknown = set(terms.params) - method.params
    if unknown:
        raise TermsError(
            f"method {method.name} has no parameter {', '.join(sorted(unknown))}; "
            f"it has: {', '.join(sorted(method.params)) or 'none'}"
        )
    if method.needs_life and terms.life is None:
        raise TermsError(f"method {method.name} needs a useful life")
    return method
