from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from api.compose.throttle import Counted, Throttle, network_of

A, B = (Counted("a", 3),), (Counted("b", 3),)


def fail(throttle: Throttle, counted: tuple[Counted, ...], now: float = 0.0) -> None:
    assert throttle.admit(counted, now) == 0.0


def test_some_failures_are_free() -> None:
    throttle = Throttle()
    for _ in range(3):
        fail(throttle, A)
    assert throttle.admit(A, 0.0) == 2.0


def test_each_further_failure_doubles_the_wait_up_to_the_longest() -> None:
    throttle = Throttle(first=2.0, longest=9.0)
    now, waits = 0.0, []
    for _ in range(3):
        fail(throttle, A, now)
    for _ in range(4):
        waits.append(throttle.admit(A, now))
        now += waits[-1]
        fail(throttle, A, now)
    assert waits == [2.0, 4.0, 8.0, 9.0]


def test_a_refused_attempt_is_not_counted() -> None:
    throttle = Throttle(first=2.0)
    for _ in range(3):
        fail(throttle, A)
    for _ in range(100):
        assert throttle.admit(A, 0.5) == 1.5
    assert throttle.admit(A, 2.0) == 0.0


def test_others_do_not_wait() -> None:
    throttle = Throttle()
    for _ in range(3):
        fail(throttle, A)
    assert throttle.admit(B, 0.0) == 0.0


def test_a_success_clears_the_account_there_and_takes_back_its_own_count() -> None:
    throttle = Throttle()
    account, network = Counted("account", 3), Counted("network", 3)
    fail(throttle, (Counted("other", 3), network))
    fail(throttle, (Counted("other", 3), network))
    fail(throttle, (account, network))
    throttle.succeeded((account, network))
    assert throttle.admit((account, network), 0.0) == 0.0
    # Two failures of before and the attempt of now: the network waits, for its own.
    assert throttle.admit((network,), 0.0) > 0


def test_failures_are_forgotten_after_a_time() -> None:
    throttle = Throttle(forget=10.0, longest=900.0)
    for _ in range(3):
        fail(throttle, A)
    assert throttle.admit(A, 1.0) > 0
    assert throttle.admit(A, 10.0) == 0.0
    assert throttle.admit(A, 10.0) == 0.0


def test_the_memory_is_bounded() -> None:
    throttle = Throttle(capacity=10)
    for number in range(1000):
        fail(throttle, (Counted(str(number), 3),))
    assert len(throttle._seen) == 10


def test_guesses_side_by_side_are_counted_like_those_in_a_row() -> None:
    throttle = Throttle()
    counted = throttle.counted("ida", "192.0.2.1")
    with ThreadPoolExecutor(20) as pool:
        let_in = [
            wait == 0.0
            for wait in pool.map(lambda _n: throttle.admit(counted, 0.0), range(200))
        ]
    assert sum(let_in) == throttle.free


def test_five_typos_lock_neither_the_office_nor_the_person_elsewhere() -> None:
    throttle = Throttle()
    for _ in range(throttle.free):
        fail(throttle, throttle.counted("ida", "192.0.2.1"))
    assert throttle.admit(throttle.counted("ida", "192.0.2.1"), 0.0) > 0
    assert throttle.admit(throttle.counted("ben", "192.0.2.1"), 0.0) == 0.0
    assert throttle.admit(throttle.counted("ida", "192.0.2.2"), 0.0) == 0.0


def test_guesses_at_one_account_from_many_networks_wait() -> None:
    throttle = Throttle()
    for number in range(throttle.free_account):
        fail(throttle, throttle.counted("ida", f"192.0.2.{number}"))
    assert throttle.admit(throttle.counted("ida", "198.51.100.1"), 0.0) > 0


def test_guesses_at_many_accounts_from_one_network_wait() -> None:
    throttle = Throttle()
    for number in range(throttle.free_network):
        fail(throttle, throttle.counted(f"user{number}", "2001:db8::1"))
    assert throttle.admit(throttle.counted("ida", "2001:db8::ffff:1"), 0.0) > 0
    assert throttle.admit(throttle.counted("ida", "2001:db8:0:1::1"), 0.0) == 0.0


def test_a_mapped_address_is_the_ipv4_address() -> None:
    assert network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert network_of("not an address") == "not an address"
