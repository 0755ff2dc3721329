"""Errors keep text and values apart."""

from __future__ import annotations

from inventory.kernel.errors import Conflict, Invalid, NotFound
from inventory.kernel.texts import N_, NN_


def test_an_error_has_a_text_for_translators_and_a_sentence_for_readers() -> None:
    error = Conflict(
        N_("The tag {tag} is taken."),
        where="tag",
        remedy="Look at {tag}.",
        tag="IT-{1}",
    )
    assert (error.text, error.values) == ("The tag {tag} is taken.", {"tag": "IT-{1}"})
    assert error.problem == "The tag IT-{1} is taken."
    assert str(error) == "tag: The tag IT-{1} is taken. Look at IT-{1}."


def test_a_finished_text_stays_as_it_is() -> None:
    error = Invalid("The pattern {2,3} is wrong.")
    assert (error.problem, error.values) == ("The pattern {2,3} is wrong.", {})
    assert NotFound().problem == "There is no such thing in the register."
    assert NN_("{count} asset", "{count} assets")[1] == "{count} assets"
