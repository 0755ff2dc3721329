"""Recordings of real devices, judged by the corpus' own scorer."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery.identity.identify import Knowledge
from tests.discovery.identify.corpus import Recording
from tests.tools.identity_score import answers, same_vendor, scorer, tally
from tests.tools.left_out import LeftOut, by_vendor
from tests.tools.recorded import recordings

pytestmark = [
    pytest.mark.slow,
    # The corpus' own scorer leaves the files it reads to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
]

LEAST = {
    "type": (0.975, 0.98),
    "vendor": (0.98, 0.99),
    "model": (0.955, 0.96),
    "os_version": (0.975, 0.98),
    "serial": (0.97, 0.985),
}
"""Accuracy over fair cases and precision over answers that must be reached."""
LEAST_LEFT_OUT = {
    "type": (0.93, 0.98),
    "vendor": (0.955, 0.97),
    "model": (0.85, 0.925),
    "os_version": (0.915, 0.935),
    "serial": (0.88, 0.99),
}
"""The same of vendors with five devices or more, each in turn left out."""


@pytest.fixture(scope="module")
def recorded(corpus_folder: Path) -> dict[str, Recording]:
    return recordings(corpus_folder)


def test_the_practice_recordings_are_identified(
    corpus_folder: Path, recorded: dict[str, Recording], shipped: Knowledge
) -> None:
    figures, _ = tally(corpus_folder, answers(recorded, shipped))
    for name, (accuracy, precision) in LEAST.items():
        assert figures[name].accuracy >= accuracy, (name, figures[name])
        assert figures[name].precision >= precision, (name, figures[name])


@pytest.mark.timeout(900)
def test_devices_are_known_where_their_vendor_is_not(
    corpus_folder: Path, recorded: dict[str, Recording]
) -> None:
    out = LeftOut(recorded, same_vendor(scorer(corpus_folder)))
    figures, _ = tally(corpus_folder, out.answers(by_vendor(corpus_folder)))
    for name, (accuracy, precision) in LEAST_LEFT_OUT.items():
        assert figures[name].accuracy >= accuracy, (name, figures[name])
        assert figures[name].precision >= precision, (name, figures[name])


def test_a_recording_answers_the_same_under_any_name(
    recorded: dict[str, Recording], shipped: Knowledge, tmp_path: Path
) -> None:
    name, recording = next(iter(recorded.items()))
    one = answers({name: recording}, shipped)[name]
    other = answers({"device-0001": recording}, shipped)["device-0001"]
    assert one == other
