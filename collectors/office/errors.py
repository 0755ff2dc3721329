"""What can be wrong with a simulated office before it runs. Pure.

OfficeError            anything below
+-- TruthError         the truth file contradicts itself
+-- PortTaken          another program already uses an address and port
"""

from __future__ import annotations


class OfficeError(Exception):
    """The simulated office cannot run."""


class TruthError(OfficeError):
    """The description of the office is wrong: the message says where and why."""


class PortTaken(OfficeError):
    """An address and port of the office is in use by another program."""
