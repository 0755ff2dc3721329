"""Agents that misbehave in what they answer: order, ends, errors, amounts.

Each is registered with the reasons that a walk of `COLUMNS` may end with; None stands
for a complete table.
"""

from __future__ import annotations

from collections.abc import Callable

from collectors.facts import Reason
from tests.collectors.snmp_engine import wire
from tests.collectors.snmp_engine.agents import COLUMNS, TABLE, Agent, Handler, Mib
from tests.collectors.snmp_engine.agents import interfaces as honest_objects

Answer = Callable[[wire.Request], bytes | None]
Row = Callable[[wire.Oid, wire.Oid], bytes]

LOOP, MALFORMED = Reason.LOOP, Reason.MALFORMED
SILENT, MUCH, DENIED = Reason.TIMED_OUT, Reason.TOO_MUCH, Reason.AUTH_FAILED

HOSTILE: dict[str, tuple[Handler, tuple[Reason | None, ...]]] = {}
HONEST = Mib(honest_objects(30))


def kind(*reasons: Reason | None) -> Callable[[Handler], Handler]:
    """Register an agent under the name of its function."""

    def register(handler: Handler) -> Handler:
        assert handler.__name__ not in HOSTILE
        HOSTILE[handler.__name__] = handler, reasons
        return handler

    return register


def add(name: str, reasons: tuple[Reason | None, ...], answer: Answer) -> None:
    """Register an agent by what it answers."""

    def handler(agent: Agent, data: bytes) -> None:
        datagram = answer(wire.read_request(data))
        if datagram is not None:
            agent.send(datagram)

    assert name not in HOSTILE
    HOSTILE[name] = handler, reasons


def column_of(oid: wire.Oid) -> wire.Oid:
    """Return the column that an OID belongs to."""
    return oid[: len(TABLE) + 1]


def rows(successor: Callable[[wire.Oid], tuple[wire.Oid, bytes]]) -> Answer:
    """Answer GETNEXT and GETBULK by a function from an OID to the next binding."""

    def answer(request: wire.Request) -> bytes:
        cursors, binds = list(request.oids), []
        times = request.b if request.tag == wire.BULK else 1
        for _ in range(min(times, 30)):
            for at, oid in enumerate(cursors):
                cursors[at], value = successor(oid)
                binds.append(wire.bind(cursors[at], value))
        return wire.reply(request, binds)

    return answer


def indexed(pick: Callable[[int], int], value: bytes = wire.integer(1)) -> Answer:
    """Answer with the row that follows a row number, for ever."""

    def successor(oid: wire.Oid) -> tuple[wire.Oid, bytes]:
        column = column_of(oid)
        number = oid[len(column)] if len(oid) > len(column) else 0
        return (*column, pick(number)), value

    return rows(successor)


# going round in circles
add("same_row_for_ever", (LOOP,), indexed(lambda n: 7))
add("two_rows_in_turn", (LOOP,), indexed(lambda n: 2 if n == 1 else 1))
add("a_circle_longer_than_an_answer", (LOOP,), indexed(lambda n: n % 97 + 1))
add("falls_into_a_circle", (LOOP,), indexed(lambda n: n + 1 if n < 60 else 50))
add(
    "stops_at_the_column_itself",
    (MALFORMED,),
    rows(lambda oid: (column_of(oid), wire.integer(1))),
)
add("echoes_the_cursor", (LOOP, MALFORMED), rows(lambda oid: (oid, wire.integer(1))))

# out of order
ORDERS = {
    "backwards": [9, 8, 7, 6, 5, 4, 3, 2, 1],
    "shuffled": [3, 9, 1, 7, 5],
    "one_step_back": [1, 2, 4, 3, 5, 6],
}


def ordered(order: list[int]) -> Answer:
    """Answer rows in a fixed order, then what lies behind the table."""

    def successor(oid: wire.Oid) -> tuple[wire.Oid, bytes]:
        column = column_of(oid)
        if column[:-1] != TABLE:
            return (*oid, 1), wire.NOTHING
        place = order.index(oid[-1]) + 1 if len(oid) > len(column) else 0
        if place == len(order):
            return (1, 3, 6, 1, 2, 1, 99, 1, 0), wire.integer(1)
        return (*column, order[place]), wire.integer(1)

    return rows(successor)


for order_name, order_rows in ORDERS.items():
    add(f"rows_{order_name}", (LOOP,), ordered(order_rows))

# without an end
add("endless_rows", (MUCH,), indexed(lambda n: n + 1))
add("endless_rows_far_apart", (MUCH,), indexed(lambda n: n + 1000003))
add("endless_strings", (MUCH,), indexed(lambda n: n + 1, wire.octets(b"x" * 1000)))
add("endless_nulls", (MUCH,), indexed(lambda n: n + 1, wire.NOTHING))
add("endless_unknown_types", (MUCH, MALFORMED), indexed(lambda n: n + 1, b"\x5f\x01x"))
add(
    "endless_integers_of_20_octets",
    (MUCH, MALFORMED),
    indexed(lambda n: n + 1, b"\x02\x14" + b"\1" * 20),
)
add(
    "endless_long_indexes",
    (MUCH,),
    rows(
        lambda oid: (
            (*column_of(oid), *(4294967295,) * 100, (oid[-1] + 1) % 4294967295),
            wire.integer(1),
        )
    ),
)
add(
    "endless_deepening_indexes",
    (MUCH, MALFORMED),
    rows(lambda oid: ((*oid, 1), wire.integer(1))),
)


# ends that are none
def behind(request: wire.Request) -> bytes:
    """Answer with an object before the column instead of one behind it."""
    binds = HONEST.answer(request)
    wrapped = wire.bind((1, 3, 6, 1, 2, 1, 1, 1, 0), wire.octets(b"start"))
    out = []
    for at, bind in enumerate(binds):
        oid = wire.oid_at(bind, 2)
        column = column_of(request.oids[at % len(request.oids)])
        out.append(bind if oid[: len(column)] == column else wrapped)
    return wire.reply(request, out)


add("wraps_to_the_start_of_the_mib", (None,), behind)
add(
    "first_column_only",
    (None,),
    lambda r: wire.reply(r, HONEST.successors(r.oids[0], max(r.b, 1))),
)
add(
    "view_ends_at_once",
    (None,),
    lambda r: wire.reply(r, [wire.bind(o, wire.END_OF_VIEW) for o in r.oids]),
)
add(
    "view_ends_then_goes_on",
    (None,),
    lambda r: wire.reply(
        r, [wire.bind(o, wire.END_OF_VIEW) for o in r.oids] + HONEST.answer(r)
    ),
)
add(
    "no_such_instance_in_a_walk",
    (None,),
    lambda r: wire.reply(r, [wire.bind(o, wire.NO_INSTANCE) for o in r.oids]),
)
add("no_bindings", (MALFORMED,), lambda r: wire.reply(r, []))
add("one_binding_for_all", (None,), lambda r: wire.reply(r, HONEST.answer(r)[:1]))
add(
    "bindings_of_other_objects",
    (None,),
    lambda r: wire.reply(r, [wire.bind((1, 3, 6, 1, 4, 1, 5), wire.integer(1))] * 9),
)


def failing(status: int, index: int) -> Answer:
    """Answer everything with an error status."""
    return lambda request: wire.reply(request, [], status, index)


# errors
STATUS = {"tooBig": 1, "genErr": 5, "unavailable": 13, "unknown": 99, "negative": -1}
for word, code in STATUS.items():
    add(f"always_{word}", (MALFORMED,), failing(code, 1))
add("denies_access", (DENIED,), failing(16, 1))
add("no_such_name_in_v2c", (None,), failing(2, 1))
add("no_such_name_of_nobody", (None,), failing(2, 0))
add("no_such_name_out_of_range", (None,), failing(2, 4711))
add(
    "error_index_of_four_octets",
    (MALFORMED,),
    failing(5, -2147483648),
)


def only(works: Callable[[wire.Request], bool], status: int | None) -> Answer:
    """Answer honestly what `works`, else with an error or with silence."""

    def answer(request: wire.Request) -> bytes | None:
        if works(request):
            return wire.reply(request, HONEST.answer(request))
        return None if status is None else wire.reply(request, [], status, 1)

    return answer


FAILURES: dict[str, int | None] = {"errs": 5, "is_silent": None, "is_too_big": 1}
for word, failure in FAILURES.items():
    add(f"bulk_{word}", (None,), only(lambda r: r.tag == wire.NEXT, failure))
    add(
        f"bulk_over_5_{word}",
        (None,),
        only(lambda r: r.tag == wire.NEXT or r.b <= 5, failure),
    )
    add(
        f"two_columns_{word}", (None, SILENT), only(lambda r: len(r.oids) == 1, failure)
    )
    add(
        f"column_2_{word}",
        (SILENT, MALFORMED),
        only(lambda r: all(column_of(o) != COLUMNS[1] for o in r.oids), failure),
    )
    add(
        f"row_20_{word}",
        (SILENT, MALFORMED),
        only(lambda r: all(o[-1] < 20 for o in r.oids if len(o) > 10), failure),
    )


# amounts
add(
    "bulk_of_one_row",
    (None,),
    lambda r: wire.reply(r, HONEST.answer(r, most=len(r.oids))),
)
add("one_binding_at_a_time", (None,), lambda r: wire.reply(r, HONEST.answer(r, most=1)))
add(
    "far_more_than_asked",
    (MUCH,),
    lambda r: wire.reply(
        r,
        [
            b
            for o in range(1, 1200)
            for b in (
                wire.bind((*c, o), wire.integer(1)) for c in map(column_of, r.oids)
            )
        ],
    ),
)


@kind(None)
def answers_of_64_kilobytes(agent: Agent, data: bytes) -> None:
    """Fill the largest datagram there is."""
    request = wire.read_request(data)
    big = wire.octets(b"x" * 15000)
    binds = [wire.bind((*column_of(o), 1), big) for o in request.oids]
    done = [wire.bind(o, wire.END_OF_VIEW) for o in request.oids]
    fresh = all(len(oid) == len(TABLE) + 1 for oid in request.oids)
    agent.send(wire.reply(request, binds + done if fresh else done))


@kind(MUCH)
def endless_answers_of_64_kilobytes(agent: Agent, data: bytes) -> None:
    """Fill the largest datagram there is, for ever."""
    request = wire.read_request(data)
    big = wire.octets(b"x" * 60000)
    oid = request.oids[0]
    number = oid[-1] + 1 if len(oid) > len(TABLE) + 1 else 1
    agent.send(wire.reply(request, [wire.bind((*column_of(oid), number), big)]))
