"""A client that keeps books by HTTP."""

from __future__ import annotations

from collections import Counter
from typing import Any

import httpx


class Books:
    """Posts and reads what a test needs; every answer but a good one fails it.

    Args:
        client: A client with a token.
        book: Code of the book.
    """

    def __init__(self, client: httpx.AsyncClient, book: str = "IFRS") -> None:
        self.client, self.book = client, book

    async def post(self, path: str, **body: Any) -> Any:  # noqa: ANN401 - JSON
        answer = await self.client.post(f"/api/v1/{path}", json=body)
        assert answer.status_code in (200, 201), f"{path}: {answer.text}"
        return answer.json()

    async def items(self, path: str, **asked: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - text or number
        answer = await self.client.get(f"/api/v1/{path}", params=asked)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def one(self, path: str, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - text or day
        """Return what a path answers."""
        answer = await self.client.get(f"/api/v1/{path}", params=asked or None)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        found: dict[str, Any] = answer.json()
        return found

    async def expense(self, key: str) -> dict[str, str]:
        """Return what a period's journal charges to each cost centre."""
        rows = await self.items("journal-lines", book=self.book, period=key, limit=200)
        sums: Counter[str] = Counter()
        for row in rows:
            if row["cost_centre"]:
                sums[row["cost_centre"]] += row["amount_minor"]
        return {centre: f"{amount / 100:.2f}" for centre, amount in sums.items()}

    async def booked(self, key: str) -> Any:  # noqa: ANN401 - JSON
        return await self.post(f"periods/{self.book}:{key}:post", early=True)

    async def rows(self, report: str, **asked: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - text or day
        """Return the rows of a report."""
        return await self.items(f"reports/{report}/rows", **asked)
