from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery.identity.clean_text import MAX_TEXT
from discovery.identity.identify import Knowledge
from discovery.identity.rules.patterns import PatternRefused, compile_pattern

CATASTROPHES = [
    r"(a+)+$",
    r"(a|aa)+$",
    r"(a|a?)+$",
    r"(.*a){12}",
    r"([a-zA-Z]+)*$",
    r"(\w+\s?)*$",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(?P<model>(x+x+)+y)",
    r"((ab)*)*c",
    r".*.*.*.*.*=x",
    r"\S+\S+\S+\S+\S+z",
    r"(?:(?:\d+,)*)+x",
]
FAIR = [
    r"^Juniper Networks, Inc\. (?P<model>\S+) (internet router|Ethernet Switch)",
    r"Version (?P<version>[^,\s]+)",
    r"(?P<model>[A-Z]{2,4}\d[\w-]*)( Switch)?",
    r"\((?P<model>[^)]+)\)",
    r"[\]a]+x{2,3}?",
    r"a\(b+\)c",
    r"(?i:abc)(?!d)(?<=c)",
]


@pytest.mark.parametrize("source", CATASTROPHES)
def test_a_catastrophic_pattern_is_refused(source: str) -> None:
    with pytest.raises(PatternRefused):
        compile_pattern(source)


@pytest.mark.parametrize("source", FAIR)
def test_an_ordinary_pattern_is_compiled(source: str) -> None:
    assert isinstance(compile_pattern(source), re.Pattern)


@pytest.mark.parametrize("source", ["(", "[a", "a{2,1}", "(?P<x>a)(?P<x>b)", "a" * 500])
def test_a_broken_pattern_is_refused_with_a_reason(source: str) -> None:
    with pytest.raises(PatternRefused, match=r"\w+ \w+"):
        compile_pattern(source)


@pytest.mark.parametrize("source", ["[[a]", "[^[a]", "[a~~b]", "[a&&b]", "[a||b]"])
@pytest.mark.filterwarnings("ignore:Possible")
def test_a_class_that_python_may_read_differently_one_day_is_refused(
    source: str,
) -> None:
    with pytest.raises(PatternRefused, match="class"):
        compile_pattern(source)


@given(st.text(alphabet="ab.*+?()[]|\\{}1,^$", max_size=30))
def test_what_is_compiled_ends_quickly_on_hostile_text(source: str) -> None:
    try:
        pattern = compile_pattern(source)
    except PatternRefused:
        return
    started = time.thread_time()
    pattern.search("a" * 300 + "!")
    assert time.thread_time() - started < 2


def hostile_texts() -> list[str]:
    words = ("a", "A1", "1", "1.", " ", "a ", "-", "(", "Version 1 ", "model: ", "\\")
    return [(word * MAX_TEXT)[:MAX_TEXT] + "\u0000" for word in words]


def test_every_shipped_pattern_ends_quickly_on_hostile_text(shipped: Knowledge) -> None:
    slowest = 0.0
    texts = hostile_texts()
    for document in shipped.documents:
        for rule in (document.root, *document.rules):
            for pattern in (rule.descr, *rule.parse):
                if pattern is None:
                    continue
                for text in texts:
                    started = time.thread_time()
                    pattern.search(text)
                    slowest = max(slowest, time.thread_time() - started)
    assert slowest < 0.25
