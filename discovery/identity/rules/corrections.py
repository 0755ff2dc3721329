"""A person's correction as a rule of the site's own file. Pure.

The rule says what is corrected of every device that looks like this one: the same
sysObjectID and the same sysDescr up to its first number of a version. It outranks
every shipped rule and lies in the site's own folder, so an upgrade keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from collectors.facts import Observation
from discovery.identity.evidence import gather
from discovery.identity.rules.schema import parse_document
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

CORRECTABLE = ("type", "vendor", "family", "model", "os")
"""Fields a rule may correct; serial and version belong to one device, not to a rule."""
_VERSION = re.compile(r"\d+\.\d")
MOST = 160


class NoRule(Invalid):
    """No rule can be made of what a person corrected."""

    remedy = N_("Correct this device alone, without a rule.")


def correction(
    observation: Observation, corrected: Mapping[str, str], note: str = ""
) -> Mapping[str, Any]:
    """Return a rule file (as parsed YAML) that states what a person corrected.

    Args:
        observation: Of the device, with its system group.
        corrected: Field to the right value.
        note: Who and why, kept as the rule's `about`.

    Raises:
        NoRule: A field cannot be corrected by a rule, or the device says nothing a
            rule could recognise it by.
        KnowledgeError: A value is no known type.
    """
    if wrong := sorted(set(corrected) - set(CORRECTABLE)):
        raise NoRule(
            N_("A rule cannot state {name}, which belongs to one device."),
            where="rule",
            remedy=N_("Correct this device alone; rules can state {choices}."),
            name=wrong[0],
            choices=", ".join(CORRECTABLE),
        )
    evidence = gather([observation])
    rule: dict[str, Any] = {"about": note or "corrected by hand", **corrected}
    if evidence.object_id:
        rule["oid"] = [evidence.object_id]
    if evidence.descr:
        stem = _VERSION.split(evidence.descr)[0][:MOST].strip()
        rule["descr"] = f"^{re.escape(stem)}"
        rule["anywhere"] = True
        rule["text"] = [" ".join(evidence.words("sysDescr")[0][:1])]
    if not evidence.object_id and not evidence.descr:
        raise NoRule(
            N_("The device answers neither sysObjectID nor sysDescr."), where="rule"
        )
    document = {"rules": [rule]}
    parse_document("correction", document)
    return document
