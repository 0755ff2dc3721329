"""Passwords that are guessed first, however long. Pure.

What fills the top of published lists of leaked passwords are few words, runs of keys
and repetitions, dressed up with digits and signs. Length alone does not keep them
away (NIST SP 800-63B, 5.1.1.2: compare with commonly used ones, ask for no classes of
characters).
"""

from __future__ import annotations

import re

_WORDS = frozenset(
    """
    access administrator admin adobe amanda andrew anthony apple ashley asdf bailey
    baseball basketball batman buster butterfly changeme charlie cheese chelsea
    chocolate computer corvette daniel default diamond dragon family flower football
    freedom george guest hannah hello hockey hunter iloveyou jennifer jessica jordan
    joshua killer letmein liverpool login london love lovely manager master matthew
    michael michelle monkey mustang myspace nicole nothing ninja office passphrase
    passw passwd password pepper princess purser qazwsx qwerty qwertyuiop rockyou root
    samsung secret service shadow soccer starwars summer sunshine superman support
    system temp test thomas thunder tigger trustno user welcome whatever william winter
    rahasia indonesia sayang katasandi bismillah
    """.split()
)
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "01234567890123456789",
    "09876543210987654321",
    "1q2w3e4r5t6y7u8i9o0p",
    "zaq12wsxcde34rfvbgt56yhn",
)
_LEET = str.maketrans("013457@$!|", "oleastasii")


def is_common(password: str) -> bool:
    """Whether a password is one of those that are guessed first."""
    plain = password.casefold()
    if len(set(plain)) < 5 or _repeats(plain) or _is_run(plain):
        return True
    dressed = re.sub(r"^[^a-z]+|[^a-z]+$", "", plain)
    for text in (plain, dressed.translate(_LEET)):
        left = re.sub(r"[^a-z]+", "", text)
        for word in sorted(_WORDS, key=len, reverse=True):
            left = left.replace(word, "")
        if not left:
            return True
    return False


def _repeats(text: str) -> bool:
    """Whether it is a short text over and over."""
    return any(
        text == (text[:size] * (len(text) // size + 1))[: len(text)]
        for size in range(1, len(text) // 2 + 1)
    )


def _is_run(text: str) -> bool:
    """Whether it is keys or letters in their order."""
    return any(text in run or text in run[::-1] for run in (r * 2 for r in _RUNS))
