"""ICCID, IMSI, IMEI and EID with their check digits. Pure.

ITU-T E.118 (ICCID), E.212 (IMSI), 3GPP TS 23.003 (IMEI), GSMA SGP.29 (EID).
"""

from __future__ import annotations

import re

from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

_SEPARATORS = re.compile(r"[\s.\-/]")
_ICCID = re.compile(r"89[0-9]{16,18}")
_IMSI = re.compile(r"[0-9]{14,15}")
_IMEI = re.compile(r"[0-9]{15}")
_EID = re.compile(r"[0-9]{32}")
_CODE = re.compile(r"[0-9]{4,8}")

ODD_LUHN = N_("The check digit of the ICCID is wrong; some issuers break it.")


def bare(text: str) -> str:
    """Return a number without what people write between its digits."""
    return _SEPARATORS.sub("", text.strip())


def iccid_of(text: str) -> tuple[str, str]:
    """Return an ICCID and a warning, which is empty where nothing is odd about it.

    A final `F` fills the last half byte of a card of 19 digits and is no digit.

    Raises:
        Invalid: It has not 18 to 20 digits that begin with 89.
    """
    digits = bare(text).upper().removesuffix("F")
    if not _ICCID.fullmatch(digits):
        raise Invalid(
            N_("{value!r} is not an ICCID."),
            where="iccid",
            remedy=N_("It has 18 to 20 digits and begins with 89; it is on the card."),
            value=text[:40],
        )
    return digits, "" if luhn.is_valid(digits) else ODD_LUHN


def imsi_of(text: str) -> str:
    """Return an IMSI.

    Raises:
        Invalid: It has not 14 or 15 digits.
    """
    return _checked(text, _IMSI, "imsi", N_("{value!r} is not an IMSI: 15 digits."))


def imei_of(text: str) -> str:
    """Return an IMEI.

    Raises:
        Invalid: It has not 15 digits, or its check digit is wrong.
    """
    wrong = N_("{value!r} is not an IMEI: 15 digits, the last one checks the others.")
    digits = _checked(text, _IMEI, "imei", wrong)
    if not luhn.is_valid(digits):
        raise Invalid(
            wrong,
            where="imei",
            remedy=N_("Dial *#06# and read it again."),
            value=text[:40],
        )
    return digits


def eid_of(text: str) -> str:
    """Return the EID of an eUICC.

    Raises:
        Invalid: It has not 32 digits, or its check digits are wrong.
    """
    wrong = N_("{value!r} is not an EID: 32 digits, the last two check the others.")
    digits = _checked(text, _EID, "eid", wrong)
    if not mod_97_10.is_valid(digits):
        raise Invalid(wrong, where="eid", value=text[:40])
    return digits


def code_of(text: str, where: str) -> str:
    """Return a PIN or PUK; the text is not quoted where it is none.

    Raises:
        Invalid: It has not 4 to 8 digits.
    """
    digits = bare(text)
    if not _CODE.fullmatch(digits):
        raise Invalid(N_("A PIN or PUK has 4 to 8 digits."), where=where)
    return digits


def _checked(text: str, pattern: re.Pattern[str], where: str, wrong: str) -> str:
    digits = bare(text)
    if not pattern.fullmatch(digits):
        raise Invalid(wrong, where=where, value=text[:40])
    return digits
