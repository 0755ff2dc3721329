"""Examples of calls and commands, as the guide shows them; tests carry them out."""

from __future__ import annotations

from dataclasses import dataclass

from inventory.kernel.texts import N_


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the API.

    Attributes:
        title: What it is for.
        method: Of the request.
        path: With its query.
        body: JSON; empty for none.
    """

    title: str
    method: str
    path: str
    body: str = ""

    def curl(self, base: str) -> str:
        """Return the call for a shell."""
        parts = ['curl -H "Authorization: Bearer $TOKEN"']
        if self.method != "GET":
            parts.append(f"-X {self.method}")
        if self.body:
            parts.append(f"-H 'Content-Type: application/json' -d '{self.body}'")
        return " \\\n  ".join([*parts, f"'{base}{self.path}'"])

    def python(self, base: str) -> str:
        """Return the call for Python with httpx."""
        json = f", json={self.body}" if self.body else ""
        verb = self.method.lower()
        return (
            f"answer = client.{verb}({base + self.path!r}{json})\n"
            "answer.raise_for_status()\nprint(answer.json())"
        )


CALLS = (
    Call(N_("All switches, the newest first"), "GET",
         "/api/v1/devices?type=switch&sort=-last_seen"),
    Call(N_("One asset by its tag"), "GET", "/api/v1/assets/IT-00001"),
    Call(N_("Where an address is plugged in"), "GET",
         "/api/v1/sightings?search=127.10.20.21"),
    Call(N_("Register an asset"), "POST", "/api/v1/assets",
         '{"tag": "API-001", "kind": "laptop", "serial": "A-1"}'),
    Call(N_("Correct an asset"), "PATCH", "/api/v1/assets/API-001",
         '{"name": "Spare of the front desk"}'),
    Call(N_("Who left and still holds something"), "GET",
         "/api/v1/holdings?left=true"),
    Call(N_("A report as rows"), "GET", "/api/v1/reports"),
    Call(N_("What was changed about an asset"), "GET",
         "/api/v1/audit-trail?entity=asset&limit=10"),
)  # fmt: skip
"""Calls that every installation answers; the last needs no more than a token."""

COMMANDS = (
    (N_("What is on the network"), "purser device list --type switch"),
    (N_("The same as JSON"), "purser device list --type switch --json"),
    (N_("One asset by its tag"), "purser asset show IT-00001"),
    (N_("Change it"), "purser asset update IT-00001 --name 'Core switch'"),
    (N_("Scan a network and watch"), "purser scan 192.0.2.0/24"),
    (N_("Complete commands with Tab"), "purser --install-completion"),
    (N_("No colours"), "NO_COLOR=1 purser asset list"),
    (N_("Is everything as it should be?"), "purser doctor"),
)
"""Title and command."""
