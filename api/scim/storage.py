"""The storage of scim2-server over the tables of `inventory.directory`.

One storage serves one request of one provider. What is to be written is worked out
before the unit of work begins, which then checks the version it was worked out from:
nobody waits for a group of thousands to be read and compared. What a record means for
persons and teams is decided by `RegisterEffects`, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, cast

from scim2_models import (
    Meta,
    NotFoundException,
    PreconditionFailedException,
    Resource,
    ResourceType,
    ResponseParameters,
    ScimProvider,
    SearchRequest,
    UniquenessException,
)
from scim2_server.storage import ScimStorage, SearchPage
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from api.scim import search_pages
from api.scim.record_mapping import record_content, stored_document
from api.scim.values import common_rows
from api.scim.values import rows as value_rows
from inventory.directory import records
from inventory.kernel.errors import Conflict, NotFound
from inventory.storage.rows import Row
from inventory.storage.work import UnitOfWork


class RegisterEffects(Protocol):
    """What records do to the rest of the register."""

    def links(
        self, work: UnitOfWork, resource: Resource[Any], old: Row | None
    ) -> dict[str, Any]:
        """Return the columns that tie a record to a person or a team."""

    def begun(self, work: UnitOfWork, kind: str) -> None:
        """Take locks that come before those of records of a kind."""

    def saved(self, work: UnitOfWork, row: Row, old: Row | None) -> None:
        """Draw the consequences of a record that was added or changed."""

    def removed(self, work: UnitOfWork, row: Row) -> None:
        """Draw the consequences of a record that was deleted."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A resource as it will be kept.

    Attributes:
        document: What is kept of it.
        resource: The same, read back, so that what is compared is what is kept.
        values: Rows by which it is found, without those that change with each version.
    """

    document: dict[str, Any]
    resource: Resource[Any]
    values: list[Row]


class DirectoryStorage(ScimStorage):
    """Users and groups of one identity provider.

    Args:
        provider: Models and policy.
        engine: The database, to read.
        begin: Opens a unit of work, to write.
        source: Which identity provider, such as `scim:okta`.
        effects: What records do to persons and teams.
        writes: Whether the request may write; its reads are then locked.
    """

    supports_cursors = True

    def __init__(
        self,
        provider: ScimProvider,
        engine: Engine,
        begin: Callable[[], UnitOfWork],
        source: str,
        effects: RegisterEffects,
        *,
        writes: bool = True,
    ) -> None:
        self._provider = provider
        self._engine = engine
        self._begin = begin
        self._source = source
        self._effects = effects
        self._writes = writes
        self._work: UnitOfWork | None = None
        self._open: ExitStack | None = None

    @contextmanager
    def operation(self) -> Iterator[None]:
        """Run one operation: a request, or one of a bulk; all of it or nothing.

        Its unit of work begins with the first thing that is written.
        """
        if self._open is not None or not self._writes:
            yield
            return
        with ExitStack() as stack:
            self._open = stack
            try:
                yield
                if self._work is not None:
                    with _scim_errors():
                        self._work.commit()
            finally:
                self._work = self._open = None

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self._work is not None:
            yield self._work.connection
            return
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self, kind: str) -> Iterator[UnitOfWork]:
        with self.operation():
            assert self._open is not None
            if self._work is None:
                self._work = self._open.enter_context(self._begin())
                self._effects.begun(self._work, kind)
            with _scim_errors():
                yield self._work

    def get(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        response_parameters: ResponseParameters[Any] | None = None,
    ) -> Resource[Any]:
        """Return a resource."""
        kind = str(resource_type.name)
        lock = self._work is not None
        with self._reading() as connection, _scim_errors():
            row = records.find_record(
                connection, self._source, kind, resource_id, lock=lock
            )
            groups = search_pages.groups_of(connection, self._source, [row])
        return self._resource(resource_type, row, groups)

    def search(
        self,
        resource_types: list[ResourceType],
        search_request: SearchRequest[Any],
        *,
        position: Any = None,  # noqa: ANN401 - JSON of a cursor
    ) -> SearchPage:
        """Return one page of the resources that match, and their number."""
        types = {str(each.name): each for each in resource_types}
        models = {kind: self._model(each) for kind, each in types.items()}
        with self._reading() as connection:
            found = search_pages.search(
                connection, self._source, models, search_request, position
            )
            groups = search_pages.groups_of(connection, self._source, found.rows)
        return SearchPage(
            found.total,
            [self._resource(types[r["kind"]], r, groups) for r in found.rows],
            found.next,
            found.previous,
        )

    def create(
        self, resource_type: ResourceType, resource: Resource[Any]
    ) -> Resource[Any]:
        """Store a new resource; one that was inactive comes back to life."""
        kind = str(resource_type.name)
        prepared = self._prepared(resource_type, resource, new=True)
        with self._writing(kind) as work:
            old = self._returning(work, kind, resource)
            if old is not None:
                prepared = self._prepared(resource_type, resource, new=False)
            return self._save(work, resource_type, prepared, old)

    def _returning(
        self, work: UnitOfWork, kind: str, resource: Resource[Any]
    ) -> Row | None:
        external = resource.external_id
        if not external:
            return None
        known = records.by_external_id(work.connection, self._source, kind, external)
        if known is None or known["deleted_at"] is not None or known["active"]:
            return None
        return known

    def update(
        self,
        resource_type: ResourceType,
        resource: Resource[Any],
        *,
        expected_version: str | None = None,
    ) -> Resource[Any]:
        """Replace a stored resource."""
        prepared = self._prepared(resource_type, resource, new=False)
        with self._writing(str(resource_type.name)) as work:
            old = self._locked(work, resource_type, str(resource.id), expected_version)
            return self._save(work, resource_type, prepared, old)

    def delete(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        expected_version: str | None = None,
    ) -> None:
        """Hide a resource; what it said is kept."""
        with self._writing(str(resource_type.name)) as work:
            old = self._locked(work, resource_type, resource_id, expected_version)
            records.delete_record(work, old)
            self._effects.removed(work, old)

    def _locked(
        self, work: UnitOfWork, kind: ResourceType, uid: str, expected: str | None
    ) -> Row:
        old = records.find_record(
            work.connection, self._source, str(kind.name), uid, lock=True
        )
        if expected is not None and expected != version_of(old):
            raise PreconditionFailedException
        return old

    def _prepared(
        self, resource_type: ResourceType, resource: Resource[Any], *, new: bool
    ) -> _Prepared:
        document = stored_document(resource, new=new)
        stored = self._model(resource_type).model_validate(document)
        return _Prepared(document, stored, list(value_rows(stored)))

    def _save(
        self,
        work: UnitOfWork,
        resource_type: ResourceType,
        prepared: _Prepared,
        old: Row | None,
    ) -> Resource[Any]:
        document, resource = prepared.document, prepared.resource
        if old is not None and old["document"] == document:
            # A password was sent, or the same again: neither is kept.
            return self.get(resource_type, old["uid"])
        links = self._effects.links(work, resource, old)
        content = record_content(resource, document, links)
        kind = str(resource_type.name)
        if old is None:
            row = records.add_record(work, self._source, kind, content)
        else:
            row = records.change_record(work, old, content)
        _dress(resource, resource_type, row)
        values = [*prepared.values, *common_rows(resource)]
        records.write_values(work.connection, row["id"], values, fresh=old is None)
        self._effects.saved(work, row, old)
        groups = search_pages.groups_of(work.connection, self._source, [row])
        if row["uid"] in groups:
            return self._resource(resource_type, row, groups)
        return resource

    def _model(self, resource_type: ResourceType) -> type[Resource[Any]]:
        return cast("type[Resource[Any]]", self._provider.model_for(resource_type))

    def _resource(
        self,
        resource_type: ResourceType,
        row: Row,
        groups: dict[str, list[dict[str, Any]]],
    ) -> Resource[Any]:
        document = dict(row["document"])
        if row["uid"] in groups:
            document["groups"] = groups[row["uid"]]
        with self._provider:
            resource = self._model(resource_type).model_validate(document)
        _dress(resource, resource_type, row)
        return resource


def _dress(resource: Resource[Any], resource_type: ResourceType, row: Row) -> None:
    """Give a resource what is not said of it but known: id and meta."""
    resource.id = row["uid"]
    resource.meta = Meta(
        resource_type=resource_type.name,
        created=row["created_at"],
        last_modified=row["changed_at"],
        version=version_of(row),
    )


def version_of(row: Row) -> str:
    """Return the weak entity tag of a record."""
    return f'W/"{row["version"]}"'


@contextmanager
def _scim_errors() -> Iterator[None]:
    """Say errors of the register as SCIM says them."""
    try:
        yield
    except NotFound as error:
        raise NotFoundException(detail=error.problem) from error
    except Conflict as error:
        raise UniquenessException(detail=error.problem) from error
    except IntegrityError as error:
        # Another request added the same person or team at the same moment.
        detail = "The same was added at the same moment; look it up."
        raise UniquenessException(detail=detail) from error
