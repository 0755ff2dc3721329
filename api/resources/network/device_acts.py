"""What may be done with a device: correct what it is, merge it, split it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from pydantic import Field

from api.diagnose.correct_device import correct_device
from api.diagnose.identify import identification
from api.http.actions import Act, Acting, Given
from api.http.callers import Role
from api.resources.declare import DetailModel, Input
from api.resources.perform import changes_of
from api.resources.references import DeviceRef
from inventory.kernel.texts import N_

WRITERS = frozenset({Role.IT})
Note = Annotated[str, Field(max_length=2000), Input("Note")]
Said = Annotated[str | None, Field(max_length=200)]


class DeviceEditIn(Given):
    """What a device is, as a person knows it; null takes a correction back."""

    type: Annotated[Said, Input("Type")] = None
    vendor: Annotated[Said, Input("Vendor")] = None
    family: Annotated[Said, Input("Family")] = None
    model: Annotated[Said, Input("Product")] = None
    serial: Annotated[Said, Input("Serial")] = None
    os: Annotated[Said, Input("Operating system")] = None
    version: Annotated[Said, Input("Version")] = None


class CorrectIn(Given):
    """What a device is, and on request all that look like it."""

    fields: Annotated[
        dict[str, str | None],
        Field(min_length=1, max_length=7),
        Input(
            "Fields",
            about="type, vendor, family, model, serial, os or version to what it is;"
            " null takes the correction back.",
        ),
    ]
    note: Annotated[str, Field(max_length=500), Input("Note")] = ""
    rule: Annotated[
        bool,
        Input(
            "For all alike",
            about="Say the same of all devices that look like it, by a rule file of"
            " this site. Later scans keep to it, upgrades leave it alone.",
        ),
    ] = False


class Corrected(DetailModel):
    """What was corrected."""

    device_id: int
    rule: str | None = Field(description="Name of the rule file; null without one.")


class MergeDevicesIn(Given):
    """The device that is the same."""

    other: Annotated[DeviceRef, Input("Other device", pick="devices")]
    note: Note = ""


class MergedDevices(DetailModel):
    """What became of two devices that are one; tried first, what would."""

    id: int = Field(description="The device that remains.")
    gone: int = Field(description="The device that is a part of it from now on.")
    because: list[str] = Field(
        description="An identifier of either that no other device has: later scans"
        " know by them that the two are one."
    )
    readings: int = Field(description="Readings that go over to it.")
    places: int = Field(description="Places that go over to it.")
    asset_id: int | None = Field(description="The asset that goes over to it.")


class IdentifierIn(Given):
    """An identifier the device has."""

    kind: Annotated[str, Field(max_length=40)]
    value: Annotated[str, Field(max_length=200)]


class SplitDeviceIn(Given):
    """Two identifiers that stand for two devices."""

    first: Annotated[IdentifierIn, Input("First")]
    second: Annotated[IdentifierIn, Input("Second")]
    note: Note = ""


def _update(acting: Acting, given: DeviceEditIn) -> dict[str, Any]:
    from discovery.observations.correct import correct

    correct(acting.work, acting.id, changes_of(given))
    return {"id": acting.id}


def _correct(acting: Acting, given: CorrectIn) -> dict[str, Any]:
    name = correct_device(
        acting.app,
        acting.caller.actor,
        acting.id,
        given.fields,
        note=given.note,
        as_rule=given.rule,
    )
    return {"device_id": acting.id, "rule": name}


def _merge(acting: Acting, given: MergeDevicesIn) -> dict[str, Any]:
    from discovery.observations.identity_decisions import merge_devices

    merged = merge_devices(
        acting.work,
        acting.id,
        int(given.other),
        identification(acting.app),
        note=given.note,
    )
    return asdict(merged) | {"because": list(merged.because)}


def _split(acting: Acting, given: SplitDeviceIn) -> dict[str, Any]:
    from discovery.observations.identity_decisions import split_device

    split_device(
        acting.work,
        acting.id,
        (given.first.kind, given.first.value),
        (given.second.kind, given.second.value),
        identification(acting.app),
        note=given.note,
    )
    return {"id": acting.id}


DEVICE_ACTS = (
    Act(
        "update-device",
        DeviceEditIn,
        _update,
        WRITERS,
        verb="update",
        about="Correct what a device is; it is kept whatever later scans find.",
        title=N_("Correct {name}"),
        many=True,
    ),
    Act(
        "correct-device",
        CorrectIn,
        _correct,
        WRITERS,
        verb="correct",
        about="Correct what a device is, and on request all that look like it.",
        answer=Corrected,
        alone=True,
        preview=False,
    ),
    Act(
        "merge-devices",
        MergeDevicesIn,
        _merge,
        WRITERS,
        verb="merge",
        about="Say that two devices are one, these two and no others; tried first, it"
        " says what would move. Taken back with the decision it makes.",
        answer=MergedDevices,
        danger=True,
    ),
    Act(
        "split-device",
        SplitDeviceIn,
        _split,
        WRITERS,
        verb="split",
        about="Say that a device is two, told apart by two of its identifiers.",
        danger=True,
    ),
)
