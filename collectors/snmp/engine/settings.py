"""How patient the engine is, and how much one device may cost. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Bounds and pace of the engine.

    Attributes:
        timeout: Seconds to wait for an answer, at most, before asking again; devices
            known to be quick are asked again sooner.
        retries: Further tries after the first. A request is given up after
            `timeout * (retries + 1)` seconds in any case.
        quickest: Shortest time before a request is repeated, seconds.
        per_device: Requests under way to one device at a time.
        window: Requests under way over all devices; 0 derives it from the receive
            buffer that the system grants.
        columns: Most columns asked for in one message of a walk.
        objects: Most instances asked for in one GET.
        repetitions: Most rows asked for in one GETBULK.
        reply_bytes: Size up to which answers are made to grow, where the agent and the
            path carry it; up to 64 KB is received in any case.
        max_rows: Rows of a column after which a walk is cut.
        walk_bytes: Octets received for one walk after which it is cut.
        walk_seconds: Seconds after which a walk is cut.
        device_bytes: Octets received from one device under one credential after which
            it is asked no more.
        device_seconds: Seconds of waiting for one device, all its requests together,
            after which it is asked no more.
        replies_from: Whose replies are taken: of the very address and port asked, of
            any port of that address, or of anybody who knows the request-id.
        receive_buffer: Octets of receive buffer to ask the system for.
    """

    timeout: float = 2.0
    retries: int = 2
    quickest: float = 0.2
    per_device: int = 2
    window: int = 0
    columns: int = 12
    objects: int = 24
    repetitions: int = 200
    reply_bytes: int = 8000
    max_rows: int = 100_000
    walk_bytes: int = 32_000_000
    walk_seconds: float = 120.0
    device_bytes: int = 256_000_000
    device_seconds: float = 900.0
    replies_from: Literal["same", "address", "anybody"] = "same"
    receive_buffer: int = 16 << 20

    def __post_init__(self) -> None:
        if self.timeout <= 0 or self.retries < 0 or self.quickest <= 0:
            raise ValueError(
                f"timeout {self.timeout}, retries {self.retries}, quickest "
                f"{self.quickest}: give positive seconds and 0 or more retries"
            )
        least = min(
            self.per_device, self.columns, self.objects, self.repetitions,
            self.max_rows, self.walk_bytes, self.device_bytes,
        )  # fmt: skip
        if least < 1 or self.window < 0:
            raise ValueError("every bound of the SNMP engine must be at least 1")
