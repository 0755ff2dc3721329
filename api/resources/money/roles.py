"""Who sees books and who changes them."""

from __future__ import annotations

from api.http.callers import Role

READERS = frozenset({Role.ACCOUNTING, Role.AUDITOR})
WRITERS = frozenset({Role.ACCOUNTING})
