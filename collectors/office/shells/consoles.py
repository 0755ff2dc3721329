"""A network device's console: prompt, abbreviated commands, errors. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_SETTINGS = ("terminal", "enable", "no")
"""Commands that are accepted and print nothing."""
ENDINGS = ("exit", "logout", "quit")
"""Commands that end a login."""


class Console:
    """One login on a console.

    Args:
        name: The device's name, for the prompt.
        commands: Full command to what prints its output.
    """

    def __init__(self, name: str, commands: Mapping[str, Callable[[], str]]) -> None:
        self.prompt = f"{name}#"
        self._commands = {tuple(c.split()): text for c, text in commands.items()}

    def run(self, line: str) -> str:
        """Return what a command prints, without echo and prompt.

        Words may be shortened; output after a `|` filter is given whole.
        """
        words = tuple(line.split("|")[0].split())
        if not words or "terminal".startswith(words[0]) or words[0] in _SETTINGS:
            return ""
        fitting = [c for c in self._commands if _fits(words, c)]
        if not fitting:
            return (
                f"{' ' * len(self.prompt)}^\n% Invalid input detected at '^' marker.\n"
            )
        return self._commands[min(fitting, key=len)]() + "\n"


def _fits(words: tuple[str, ...], command: tuple[str, ...]) -> bool:
    return len(words) == len(command) and all(
        full.startswith(word) for word, full in zip(words, command, strict=True)
    )
