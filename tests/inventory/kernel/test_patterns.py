from __future__ import annotations

import time

import pytest

from inventory.kernel.errors import Invalid
from inventory.kernel.patterns import LONGEST, compiled


@pytest.mark.parametrize("source", ["(a+)+$", "(a|aa)+$", "(.*a){20}", r"(\\w+\\s?)*$"])
def test_no_expression_takes_longer_than_its_text(source: str) -> None:
    started = time.thread_time()
    assert compiled(source).fullmatch("a" * 4000 + "!") is None
    assert time.thread_time() - started < 3


def test_a_match_is_of_the_whole_text() -> None:
    assert compiled(r"[A-Z]{2}-\d+").fullmatch("IT-00412")
    assert compiled(r"[A-Z]{2}-\d+").fullmatch("IT-00412x") is None


@pytest.mark.parametrize("source", ["(", "[a", "(?=a)", r"(a)\1", "a" * (LONGEST + 1)])
def test_what_cannot_be_matched_in_linear_time_is_refused(source: str) -> None:
    with pytest.raises(Invalid, match=r"pattern"):
        compiled(source)
