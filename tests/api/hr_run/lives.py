"""What systems of HR say of some people of two companies, from a seed.

Written from what such systems publish of their events, and from what people do; not
from what the program takes. A system announces, dates anew, calls off and corrects;
says a thing twice (some send `created` and `updated` for one hire, and try again for
days), says it late, under another number, with an id that is mistyped, or with nothing
in it. A second one, that of payroll, tells of the same people with numbers of its own.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

Body = dict[str, Any]
DAY = timedelta(days=1)
UNITS = {"100": ("SAL", "LAB"), "200": ("OPS", "SHOP")}
"""Legal entity -> its departments."""
PLACES = ("HQ", "BRANCH")
GIVEN = "Tia Budi Sari Agus Dewi Rina Joko Maya Eko Lia".split()
FAMILY = "Wijaya Santoso Putri Hartono Lestari Nugroho Halim Kusuma".split()


@dataclass(frozen=True, slots=True)
class Said:
    """A statement and the day on which it is sent.

    Attributes:
        on: The day.
        body: As it is sent.
    """

    on: date
    body: Body


class Life:
    """What is said of one person, in the order of the systems that say it."""

    def __init__(self, number: int, begins: date, chance: random.Random) -> None:
        self.chance, self.id = chance, f"{number:05}"
        self.now = begins
        self.said: list[Said] = []
        self.entity = chance.choice(["100", "100", "200"])
        self.given = chance.choice(GIVEN)
        self.family = f"{chance.choice(FAMILY)}-{number}"
        self.start = begins
        self.away: date | None = None
        self.moved: date | None = None
        self.last: date | None = None
        self.end: date | None = None
        self._minute = number * 7

    def say(self, kind: str, on: date, *, lag: int = 0, **data: Any) -> str:  # noqa: ANN401
        """Let a system say something; it is sent some days later; return its id."""
        self._minute += 11
        source = data.pop("source", "hris")
        moment = datetime(self.now.year, self.now.month, self.now.day, 7, tzinfo=UTC)
        moment += timedelta(minutes=self._minute % 600, seconds=len(self.said) % 60)
        name = data.pop("id", f"{self.id}-{len(self.said)}")
        body: Body = {
            "specversion": "1.0",
            "source": source,
            "id": name,
            "type": kind,
            "subject": data.pop("subject", self.id),
            "time": moment.isoformat(),
            "data": {"effective_on": on.isoformat(), **data},
        }
        if self.chance.random() < 0.1:
            # Some name no event; it is told from what it says.
            del body["id"]
        self.said.append(Said(self.now + lag * DAY, body))
        return str(name)

    def days(self, first: int, last: int) -> date:
        """Return a day between so many days from now."""
        return self.now + self.chance.randint(first, last) * DAY

    def lag(self) -> int:
        """Return by how many days a statement comes late."""
        return self.chance.choice([0, 0, 0, 0, 1, 2, 9, 40])

    def pass_time(self) -> None:
        """Let some days pass."""
        self.now += self.chance.choice([0, 1, 1, 3, 10, 30, 60]) * DAY


def hired(life: Life) -> None:
    """Somebody is announced: alone, by `created` and `updated`, by payroll as well."""
    chance = life.chance
    life.start = life.days(-20, 45)
    data: Body = {
        "given_name": life.given,
        "family_name": life.family,
        "legal_entity": life.entity,
        "department": chance.choice(UNITS[life.entity]),
        "location": chance.choice(PLACES),
    }
    if chance.random() < 0.3:
        life.end = life.start + chance.choice([89, 180, 364]) * DAY
        data |= {"worker_type": "contractor", "contract_end": life.end.isoformat()}
    if chance.random() < 0.5:
        data["email"] = f"p{life.id}@example.com"
    life.say("hire", life.start, **data)
    if chance.random() < 0.4:
        life.say("hire.changed", life.start, previous=life.start.isoformat())
    if chance.random() < 0.3:
        life.say(
            "hire",
            life.start,
            lag=life.lag(),
            source="payroll",
            subject=f"P{life.id}",
            number=life.id,
            **data,
        )
    life.moved = life.away = life.last = None


def hire_dated_anew(life: Life) -> None:
    """The first day moves; the day before is named or not."""
    old, life.start = life.start, life.days(-20, 60)
    more = {"previous": old.isoformat()} if life.chance.random() < 0.7 else {}
    life.say("hire.changed", life.start, lag=life.lag(), **more)


def hire_called_off(life: Life) -> None:
    """Somebody does not come after all, and sometimes does."""
    life.say("hire.cancelled", life.start, lag=life.lag())
    if life.chance.random() < 0.6:
        life.pass_time()
        hired(life)


def moved(life: Life) -> None:
    """Another department, place, manager or name."""
    what = life.chance.choice(["department", "department", "place", "name", "manager"])
    data: Body = {
        "department": life.chance.choice(UNITS[life.entity]),
        "location": life.chance.choice(PLACES),
        "family_name": f"{life.chance.choice(FAMILY)}-{life.id}",
        "manager": f"{life.chance.randint(1, 9):05}",
    }
    names = {"place": "location", "name": "family_name"}
    name = names.get(what, what)
    life.moved = life.days(-40, 60)
    first = life.say("transfer", life.moved, lag=life.lag(), **{name: data[name]})
    if life.chance.random() < 0.2:
        # The same statement again, for another day.
        life.moved = life.days(-10, 60)
        life.say("transfer", life.moved, replaces=first, **{name: data[name]})


def move_dated_anew(life: Life) -> None:
    """A move is put to another day, or called off."""
    if life.moved is None:
        return
    if life.chance.random() < 0.5:
        life.say("transfer.cancelled", life.moved, lag=life.lag())
        life.moved = None
        return
    old, life.moved = life.moved, life.days(-10, 60)
    life.say("transfer.changed", life.moved, previous=old.isoformat(), lag=life.lag())


def to_other_company(life: Life) -> None:
    """Somebody goes to the other company of the group, or works for both."""
    other = "200" if life.entity == "100" else "100"
    data: Body = {"legal_entity": other, "department": UNITS[other][0]}
    if life.chance.random() < 0.5:
        life.say("transfer", life.days(-5, 40), lag=life.lag(), **data)
        life.entity = other
        return
    data |= {"given_name": life.given, "family_name": life.family}
    life.say("hire", life.days(-5, 40), number=f"B{life.id}", **data)


def away(life: Life) -> None:
    """A leave, dated anew, called off or over earlier."""
    if life.away is None:
        life.away = life.days(-5, 40)
        until = life.away + life.chance.randint(5, 90) * DAY
        more = {"until": until.isoformat()} if life.chance.random() < 0.7 else {}
        life.say("leave_of_absence", life.away, lag=life.lag(), **more)
        return
    what = life.chance.choice(["leave.changed", "leave.ended", "leave.cancelled"])
    if what == "leave.changed":
        old, life.away = life.away, life.days(-5, 40)
        life.say(what, life.away, previous=old.isoformat(), lag=life.lag())
    elif what == "leave.ended":
        life.say(what, life.away + life.chance.randint(1, 60) * DAY, lag=life.lag())
        life.away = None
    else:
        life.say(what, life.away, lag=life.lag())
        life.away = None


def extended(life: Life) -> None:
    """A contract runs longer, or does not after all."""
    end = (life.end or life.start + 90 * DAY) + life.chance.randint(30, 180) * DAY
    life.say("contract.extended", end, lag=life.lag())
    if life.chance.random() < 0.3:
        life.say("contract.extension.cancelled", end, lag=life.lag())
        return
    life.end = end


def left(life: Life) -> None:
    """Notice, garden leave, dismissal on the spot, death; corrected or reversed."""
    chance = life.chance
    if life.last is not None:
        what = chance.choice(["termination.changed", "termination.cancelled"])
        if what == "termination.changed":
            old, life.last = life.last, life.days(-10, 60)
            life.say(what, life.last, previous=old.isoformat(), lag=life.lag())
        else:
            life.say(what, life.last, lag=life.lag())
            life.last = None
        return
    manner = chance.choice(["notice", "notice", "garden", "at-once", "quiet", "death"])
    life.last = life.now if manner == "at-once" else life.days(-20, 90)
    if manner == "death":
        life.say("deceased", life.last, lag=life.lag())
        return
    data: Body = {"reason": chance.choice(["resignation", "dismissal", "retirement"])}
    if manner == "garden":
        data["garden_leave_from"] = (life.last - 20 * DAY).isoformat()
    if manner == "notice":
        data["last_working_day"] = (life.last - 5 * DAY).isoformat()
    if manner == "quiet":
        data["quiet"] = True
    life.say("termination", life.last, lag=life.lag(), **data)


def back_again(life: Life) -> None:
    """A leaver comes back, in his company or in the other, under his number."""
    if life.last is None:
        return
    life.start = life.last + life.chance.randint(1, 120) * DAY
    life.say(
        "rehire",
        life.start,
        given_name=life.given,
        family_name=life.family,
        legal_entity=life.entity,
        department=UNITS[life.entity][0],
        lag=life.lag(),
    )
    life.last = None


def said_wrongly(life: Life) -> None:
    """A mistyped id, an unknown unit, nothing at all, a field nobody has, a day."""
    chance, on = life.chance, life.days(-20, 40)
    wrong: list[tuple[str, Body]] = [
        ("termination", {"subject": f"{life.id}9"}),
        ("transfer", {"department": "NOWHERE"}),
        ("transfer", {}),
        ("transfer", {"departement": "SAL"}),
        ("leave_of_absence", {"until": "2026-02-30"}),
        ("promoted", {"title": "Head"}),
        ("transfer", {"department": "SAL", "legal_entity": "200"}),
        ("transfer", {"manager": "nobody"}),
        ("termination.cancelled", {"source": "payroll", "subject": f"P{life.id}"}),
        ("leave.ended", {}),
    ]
    kind, data = chance.choice(wrong)
    life.say(kind, on, lag=life.lag(), **data)


Happening = Callable[[Life], None]
HAPPENINGS: list[tuple[Happening, int]] = [
    (hired, 4),
    (hire_dated_anew, 12),
    (hire_called_off, 4),
    (moved, 20),
    (move_dated_anew, 10),
    (to_other_company, 4),
    (away, 16),
    (extended, 6),
    (left, 16),
    (back_again, 8),
    (said_wrongly, 8),
]


def statements(seed: int, people: int, count: int, begins: date) -> list[Said]:
    """Return so many statements about so many people, by the day they are sent.

    Args:
        seed: The same seed says the same.
        people: How many.
        count: How many statements, doubled ones among them.
        begins: The first day.
    """
    chance = random.Random(seed)
    lives = [Life(number, begins, chance) for number in range(1, people + 1)]
    found: list[Said] = []
    for life in lives:
        share = count // people + (int(life.id) <= count % people)
        found += list(_told(life, share))
    return sorted(found, key=lambda said: said.on)


def _told(life: Life, count: int) -> Iterator[Said]:
    acts, weights = zip(*HAPPENINGS, strict=True)
    if life.chance.random() < 0.9:
        hired(life)
    while len(life.said) < count:
        (act,) = life.chance.choices(acts, weights)
        act(life)
        life.pass_time()
    told = life.said[:count]
    for number, said in enumerate(told):
        if number and life.chance.random() < 0.08:
            # It was sent before, and is sent again.
            earlier = life.chance.choice(told[:number])
            yield Said(max(said.on, earlier.on), earlier.body)
        else:
            yield said
