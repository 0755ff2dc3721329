"""A host that answered, and what collectors made of it so far."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from collectors.errors import AuthFailed, CollectError, LockedOut
from collectors.facts import Observation, Problem, Reason
from collectors.sweep.sweep import Answer
from inventory.kernel.texts import N_, Said

Credential = TypeVar("Credential")


@dataclass(slots=True)
class Host:
    """A host that answered, and what came of it.

    Attributes:
        seen_at: When it first answered.
        answers: From the sweep.
        observations: What collectors read.
        collectors: Collector -> `ok` or the reason it brought nothing.
        problems: What did not work, from all collectors.
        collected: A collector of the site has asked it already.
    """

    address: str
    seen_at: datetime
    answers: list[Answer] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    collectors: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    collected: bool = False

    def answer(self, protocol: str) -> Answer | None:
        """Return what it answered by a protocol, if anything."""
        return next((a for a in self.answers if a.protocol == protocol), None)

    def add(self, name: str, observation: Observation) -> None:
        """Note what a collector brought."""
        self.observations.append(observation)
        self.problems += observation.problems
        self.collectors[name] = "ok"

    def failed(self, name: str, where: str, error: CollectError) -> None:
        """Note that a collector brought nothing."""
        problem = error.as_problem(where)
        self.problems.append(problem)
        self.collectors[name] = problem.reason.value

    def broke(self, where: str, error: Exception) -> None:
        """Note that something of ours failed for this host; it comes first."""
        detail = Said(N_("{error}; please report it"), error=type(error).__name__)
        self.problems.insert(0, Problem(where, Reason.INTERNAL, detail))

    def without_credential(self, name: str, what: str) -> None:
        """Note that a collector had nothing to log in with."""
        detail = Said(
            N_("{what}, but no credential is configured for this address"), what=what
        )
        problem = Problem(f"{name}:login", Reason.NO_CREDENTIAL, detail)
        self.problems.append(problem)
        self.collectors[name] = problem.reason.value


async def first_that_works(
    credentials: Sequence[Credential],
    attempt: Callable[[Credential], Awaitable[None]],
    *,
    also: tuple[type[CollectError], ...] = (),
) -> None:
    """Try one credential after the other while they are refused.

    Args:
        credentials: In order.
        attempt: Uses one.
        also: Further errors that may mean a wrong credential.

    Raises:
        CollectError: The first refusal, or what is no matter of credentials.
    """
    refused: CollectError | None = None
    refusals: tuple[type[CollectError], ...] = (AuthFailed, LockedOut, *also)
    for credential in credentials:
        try:
            await attempt(credential)
            return
        except refusals as error:
            # The first one was the likeliest to fit: its failure says most.
            refused = refused or error
    if refused is not None:
        raise refused
