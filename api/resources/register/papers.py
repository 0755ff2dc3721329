"""Notes and files of assets, contracts and orders; lists that somebody saved."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    Choice,
    Column,
    Input,
    Moment,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.perform import changes_of, partial
from api.resources.references import (
    FILE,
    SAVED_VIEW,
    AssetRef,
    ContractRef,
    FileRef,
    OrderRef,
    SavedViewRef,
)
from api.resources.register.extracts.files_given import CONTENT
from api.resources.register.shared import WRITERS, columns_of_table
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.assets.contracts.tables import Contract
from inventory.assets.register import attachments, saved_views
from inventory.assets.register.detail_tables import AssetNote, Attachment, SavedView
from inventory.assets.register.tables import Asset
from inventory.assets.stock.tables import PurchaseOrder
from inventory.kernel.texts import N_, NN_
from inventory.storage.rows import col, id_of, table_of

_ASSET = table_of(Asset)
_NOTE = table_of(AssetNote)
_FILE = table_of(Attachment)
_VIEW = table_of(SavedView)


class NoteRow(RowModel):
    """What somebody wrote about an asset; never changed."""

    id: Annotated[int, Column("Number", sort=True, lead=True)]
    asset_id: int
    tag: Annotated[str, Column("Asset")]
    text: Annotated[str, Column("Note")]
    author: Annotated[str, Column("By")]
    recorded_at: Annotated[Moment, Column("When", Show.AGO)]


class NoteQuestion(Question):
    """Which notes are asked for."""

    asset: Annotated[AssetRef | None, Choice("Asset", pick="assets")] = None
    author: Annotated[Word, Choice("By", main=False)] = None


NOTES = Resource(
    name="notes",
    command="note",
    title=N_("Notes"),
    counted=NN_("{count} note", "{count} notes"),
    group="register",
    rows=NoteRow,
    question=NoteQuestion,
    sort="-id",
    source=TableSource(
        table=_NOTE,
        columns=columns_of_table(AssetNote, "id asset_id text author recorded_at")
        | {"tag": col(Asset.tag), "asset": col(AssetNote.asset_id)},
        shown=tuple(NoteRow.model_fields),
        joined=_NOTE.join(_ASSET, id_of(Asset) == col(AssetNote.asset_id)),
        searched=(col(AssetNote.text),),
    ),
)


class FileRow(RowModel):
    """A file of an asset, a contract or an order."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    name: Annotated[str, Column("Name", sort=True, lead=True)]
    media_type: Annotated[str, Column("Type", about="As found in the bytes.")]
    size: Annotated[int, Column("Size", Show.BYTES, sort=True)]
    sha256: Annotated[str, Column("SHA-256", Show.MONO, shown=False)]
    note: Annotated[str, Column("Note")]
    author: Annotated[str, Column("By")]
    asset_id: Number
    tag: Annotated[Text, Column("Asset")]
    contract_id: Number
    contract: Annotated[Text, Column("Contract")]
    order_id: Number
    order: Annotated[Text, Column("Order")]
    recorded_at: Annotated[Moment, Column("When", Show.AGO)]


class FileQuestion(Question):
    """Which files are asked for."""

    asset: Annotated[AssetRef | None, Choice("Asset", pick="assets")] = None
    contract: Annotated[ContractRef | None, Choice("Contract", pick="contracts")] = None
    order: Annotated[OrderRef | None, Choice("Order", pick="orders")] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    media_type: Annotated[Word, Choice("Type", main=False)] = None
    sha256: Annotated[Word, Choice("SHA-256", main=False)] = None


class RemoveFileIn(Given):
    """A file to show no more."""

    attachment_id: Annotated[FileRef, Input("File")]


def _remove(acting: Acting, given: RemoveFileIn) -> dict[str, Any]:
    removed = attachments.remove_file(acting.work, int(given.attachment_id))
    return {"removed": removed}


_FILES: TableSource[FileQuestion] = TableSource(
    table=_FILE,
    columns=columns_of_table(
        Attachment,
        "id name media_type size sha256 note author asset_id contract_id order_id"
        " recorded_at",
    )
    | {
        "tag": col(Asset.tag),
        "contract": col(Contract.number),
        "order": col(PurchaseOrder.number),
        "asset": col(Attachment.asset_id),
    },
    shown=tuple(FileRow.model_fields),
    joined=_FILE.outerjoin(_ASSET, id_of(Asset) == col(Attachment.asset_id))
    .outerjoin(table_of(Contract), id_of(Contract) == col(Attachment.contract_id))
    .outerjoin(
        table_of(PurchaseOrder), id_of(PurchaseOrder) == col(Attachment.order_id)
    ),
    where=lambda _viewer: (col(Attachment.removed_at).is_(None),),
    refers={
        "contract": col(Attachment.contract_id),
        "order": col(Attachment.order_id),
    },
    searched=(col(Attachment.name), col(Attachment.note)),
)
REMOVE_FILE = Act(
    "remove-file",
    RemoveFileIn,
    _remove,
    WRITERS,
    verb="delete",
    ref="attachment_id",
    said=N_("Removed."),
    about="Show a file no more; its bytes and its history stay.",
    danger=True,
)
FILES = Resource(
    name="files",
    command="file",
    title=N_("Files"),
    counted=NN_("{count} file", "{count} files"),
    group="register",
    rows=FileRow,
    question=FileQuestion,
    sort="-id",
    source=_FILES,
    reference=FILE,
    detail=FileRow,
    get=_FILES.one,
    extracts=(CONTENT,),
    called=lambda row: str(row["name"]),
    acts=(REMOVE_FILE,),
)


class ViewRow(RowModel):
    """A list as somebody wants to see it again."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    name: Annotated[str, Column("Name", sort=True, lead=True)]
    page: Annotated[str, Column("Page", sort=True)]
    query: Annotated[str, Column("Query", Show.MONO)]
    shared: Annotated[bool, Column("Shared", Show.YES)]
    owner: Annotated[str, Column("By")]
    recorded_at: Moment


class ViewQuestion(Question):
    """Which views are asked for."""

    page: Annotated[Word, Choice("Page")] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    owner: Annotated[Word, Choice("By", main=False)] = None
    shared: Annotated[bool | None, Choice("Shared", main=False)] = None


class ViewIn(Given):
    """A list as it shall be seen again."""

    page: Annotated[
        str, Field(max_length=200), Input("Page", hint="Path, such as /assets.")
    ]
    name: Annotated[str, Field(min_length=1, max_length=100), Input("Name")]
    query: Annotated[str, Field(max_length=2000), Input("Query")] = ""
    shared: Annotated[bool, Input("Everybody sees it")] = False


ViewEditIn = partial(ViewIn, "ViewEditIn", "page")


class DeleteViewIn(Given):
    """A view of one's own to delete."""

    view_id: Annotated[SavedViewRef, Input("View")]


def _save_view(acting: Acting, given: ViewIn) -> dict[str, Any]:
    number = saved_views.save_view(
        acting.work, given.page, given.name, given.query, shared=given.shared
    )
    return {"id": number}


def _update_view(acting: Acting, given: Given) -> None:
    saved_views.update_view(acting.work, acting.id, changes_of(given))


def _delete_view(acting: Acting, given: DeleteViewIn) -> dict[str, Any]:
    saved_views.delete_view(acting.work, int(given.view_id))
    return {"deleted": True}


_VIEWS: TableSource[ViewQuestion] = TableSource(
    table=_VIEW,
    columns=columns_of_table(SavedView, "id name page query shared owner recorded_at"),
    where=lambda viewer: (
        (col(SavedView.owner) == viewer.caller.actor) | col(SavedView.shared),
    ),
    searched=(col(SavedView.name),),
)
SAVE_VIEW = Act("save-view", ViewIn, _save_view, verb="create", said=N_("Saved."))
DELETE_VIEW = Act(
    "forget-view",
    DeleteViewIn,
    _delete_view,
    verb="delete",
    ref="view_id",
    said=N_("Deleted."),
)
VIEWS = Resource(
    name="views",
    command="view",
    title=N_("Saved views"),
    counted=NN_("{count} view", "{count} views"),
    group="register",
    rows=ViewRow,
    question=ViewQuestion,
    sort="name",
    source=_VIEWS,
    reference=SAVED_VIEW,
    detail=ViewRow,
    get=_VIEWS.one,
    called=lambda row: str(row["name"]),
    acts=(
        SAVE_VIEW,
        Act("update-view", ViewEditIn, _update_view, verb="update"),
        DELETE_VIEW,
    ),
)
