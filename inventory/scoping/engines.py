"""Engines whose connections see a scope only."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, event

from inventory.scoping.scope import Scope
from inventory.scoping.views import statements
from inventory.storage.engine import make_engine

MOST = 64
"""Scopes whose connections are kept open; further ones close the longest unused."""


class ScopedEngines:
    """An engine for each scope that is in use, made when it is first needed.

    Args:
        whole: The engine that sees everything.
        scopes: So many are kept open, with one connection each.
    """

    def __init__(self, whole: Engine, scopes: int = MOST) -> None:
        self._whole = whole
        self._most = scopes
        self._made: OrderedDict[Scope, Engine] = OrderedDict()
        self._lock = Lock()

    def of(self, scope: Scope) -> Engine:
        """Return the engine of a scope; it reads and cannot write what is shadowed."""
        with self._lock:
            engine = self._made.pop(scope, None) or self._new(scope)
            self._made[scope] = engine
            while len(self._made) > self._most:
                self._made.popitem(last=False)[1].dispose()
        return engine

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            while self._made:
                self._made.popitem()[1].dispose()

    def _new(self, scope: Scope) -> Engine:
        url = self._whole.url.render_as_string(hide_password=False)
        engine = make_engine(url, pool_size=1)

        @event.listens_for(engine, "engine_connect")
        def _shadow(connection: Connection) -> None:
            marks: dict[Any, Any] = connection.info
            if marks.get("purser_scope") == scope:
                return
            with connection.begin():
                for statement in statements(connection, scope):
                    connection.exec_driver_sql(statement)
            marks["purser_scope"] = scope

        return engine
