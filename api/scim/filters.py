"""SCIM filters as SQL conditions (RFC 7644, section 3.4.2.2).

Each comparison looks for records among the values that pass it. What "not equal" and
null mean for lists follows the evaluator of scim2-models: `ne` holds if no value is
equal, a list matches if any of its values does.
"""

from __future__ import annotations

from inspect import isclass
from typing import Any, cast

from scim2_models import BaseModel, InvalidFilterException, ScimFilter
from scim2_models.path import (
    AttributeBinding,
    AttrPath,
    CompareOperator,
    Comparison,
    FilterNode,
    FilterVisitor,
    LogicalExpr,
    LogicalOperator,
    Not,
    Path,
    Present,
    ValuePath,
    coerce_value,
)
from sqlalchemy import (
    ColumnElement,
    and_,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    true,
    tuple_,
)

from api.scim.values import UNSEEN, attr_of, comparable, sub_of
from inventory.directory.tables import KEY_LENGTH, DirectoryRecord, DirectoryValue
from inventory.storage.rows import id_of, table_of

_VALUE = table_of(DirectoryValue)

Condition = ColumnElement[bool]
Op = CompareOperator


def condition(wanted: ScimFilter[Any], model: type[BaseModel], dialect: str) -> Any:  # noqa: ANN401
    """Return the SQL condition on `directory_record` for resources of one model.

    Args:
        wanted: The filter, checked by the library.
        model: The model of the resources.
        dialect: `sqlite` or `postgresql`.

    Raises:
        InvalidFilterException: It asks for what a value cannot be.
    """
    return _Records(model, dialect).visit(wanted.ast)


class _Visitor(FilterVisitor[Any]):
    """What holds for whole records and for entries of a list alike."""

    def __init__(self, model: type[BaseModel], dialect: str) -> None:
        self.model = model
        self.dialect = dialect

    def visit_not(self, node: Not) -> Condition:
        return not_(cast("Condition", self.visit(node.expr)))

    def visit_logical_expr(self, node: LogicalExpr) -> Condition:
        terms = [self.visit(term) for term in node.terms]
        return and_(*terms) if node.op == LogicalOperator.and_ else or_(*terms)

    def test(self, table: Any, binding: AttributeBinding, node: Comparison) -> Any:  # noqa: ANN401
        """Return the condition that one row's value passes a comparison."""
        if node.op in _SUBSTRING and not _is_text(binding):
            return false()
        text = comparable(binding, coerce_value(binding, node.value, node.op))
        return self.compare(table, node.op, text)

    def compare(self, table: Any, op: CompareOperator, text: str) -> Any:  # noqa: ANN401
        """Return the condition that the text of a row passes a comparison."""
        value = table.c.value
        match op:
            case Op.eq | Op.ne:
                return and_(table.c.key == text[:KEY_LENGTH], value == text)
            case Op.gt:
                return value > text
            case Op.ge:
                return value >= text
            case Op.lt:
                return value < text
            case Op.le:
                return value <= text
            case Op.sw:
                return func.substr(value, 1, len(text)) == text
            case Op.ew:
                start = func.length(value) - len(text) + 1
                return and_(start >= 1, func.substr(value, start) == text)
        find = func.instr if self.dialect == "sqlite" else func.strpos
        return find(value, text) > 0


_SUBSTRING = frozenset({Op.co, Op.sw, Op.ew})


def _is_text(binding: AttributeBinding) -> bool:
    return isclass(binding.target_type) and issubclass(binding.target_type, str)


class _Records(_Visitor):
    """Conditions on whole records."""

    def __init__(self, model: type[BaseModel], dialect: str) -> None:
        super().__init__(model, dialect)
        bound: Any = ScimFilter.__class_getitem__(model)
        # Any filter will do: it lends its model to resolve paths.
        self._resolver: ScimFilter[Any] = bound("id pr")

    def _binding(self, path: AttrPath, *, comparing: bool) -> AttributeBinding | None:
        resolver = self._resolver
        resolve = resolver.resolve_comparison if comparing else resolver.resolve
        found = resolve(path, strict=False)
        if found is not None and found.field_name in UNSEEN:
            raise InvalidFilterException(
                detail=f"Nothing can be filtered by {path}; ask /Groups by members."
            )
        return found

    def _rows(self, binding: AttributeBinding, *, sub: bool = True) -> Any:  # noqa: ANN401
        rows = _VALUE.alias()
        on = [rows.c.attr == attr_of(binding)]
        if sub:
            on.append(rows.c.sub == sub_of(binding))
        return rows, and_(*on)

    def visit_present(self, node: Present) -> Condition:
        binding = self._binding(node.attr_path, comparing=False)
        if binding is None:
            return false()
        rows, own = self._rows(binding, sub=binding.sub_field_name is not None)
        return _among(rows, own, rows.c.value != "")

    def visit_comparison(self, node: Comparison) -> Condition:
        binding = self._binding(node.attr_path, comparing=True)
        if binding is None:
            return false()
        if node.value is None:
            return self._null(binding, node.op)
        rows, own = self._rows(binding)
        passes = _among(rows, own, self.test(rows, binding, node))
        return not_(passes) if node.op == Op.ne else passes

    def _null(self, binding: AttributeBinding, op: CompareOperator) -> Condition:
        if op not in (Op.eq, Op.ne):
            return false()
        rows, own = self._rows(binding)
        some = _among(rows, own)
        if not binding.is_multivalued or binding.sub_field_name is None:
            return some if op == Op.ne else not_(some)
        entries, of_entry = self._rows(binding, sub=False)
        of_entry = and_(of_entry, entries.c.sub == "")
        same = and_(
            rows.c.record_id == entries.c.record_id, rows.c.entry == entries.c.entry
        )
        without = _among(entries, of_entry, not_(exists().where(own, same)))
        if op == Op.ne:
            return and_(_among(entries, of_entry), not_(without))
        return or_(not_(_among(entries, of_entry)), without)

    def visit_value_path(self, node: ValuePath) -> Condition:
        binding = self._binding(node.attr_path, comparing=False)
        if binding is None:
            return false()
        entries, own = self._rows(binding, sub=False)
        inner: _Visitor
        if isclass(binding.field_type) and issubclass(binding.field_type, BaseModel):
            inner = _Entries(binding, entries, self.dialect)
        else:
            inner = _Scalars(binding, entries, self.dialect)
        return _among(entries, own, entries.c.sub == "", inner.visit(node.val_filter))


def _among(rows: Any, *conditions: Condition) -> Condition:  # noqa: ANN401
    """Return that a record is among those of rows, which an index finds."""
    return id_of(DirectoryRecord).in_(select(rows.c.record_id).where(*conditions))


class _Entries(_Visitor):
    """Conditions on one entry of a list: `emails[type eq "work"]`."""

    def __init__(self, head: AttributeBinding, entries: Any, dialect: str) -> None:  # noqa: ANN401
        super().__init__(cast("type[BaseModel]", head.field_type), dialect)
        self._attr = attr_of(head)
        self._entries = entries

    def _sub(self, path: AttrPath) -> tuple[Any, Any, AttributeBinding] | None:
        binding = Path(str(path)).resolve(self.model)
        if binding is None:
            return None
        rows = _VALUE.alias()
        own = and_(
            rows.c.attr == self._attr,
            rows.c.sub == binding.field_name,
        )
        return rows, own, binding

    def _any(self, rows: Any, *conditions: Condition) -> Condition:  # noqa: ANN401
        """Return that an entry is among those of rows, which an index finds."""
        entry = tuple_(self._entries.c.record_id, self._entries.c.entry)
        found = select(rows.c.record_id, rows.c.entry).where(*conditions)
        return entry.in_(found)

    def visit_present(self, node: Present) -> Condition:
        found = self._sub(node.attr_path)
        if found is None:
            return false()
        rows, own, _ = found
        return self._any(rows, own, rows.c.value != "")

    def visit_comparison(self, node: Comparison) -> Condition:
        found = self._sub(node.attr_path)
        if found is None:
            return false()
        rows, own, binding = found
        some = self._any(rows, own)
        if node.value is None:
            if node.op not in (Op.eq, Op.ne):
                return false()
            return some if node.op == Op.ne else not_(some)
        passes = self._any(rows, own, self.test(rows, binding, node))
        return not_(passes) if node.op == Op.ne else passes

    def visit_value_path(self, node: ValuePath) -> Condition:
        raise InvalidFilterException(detail="A value filter cannot hold another.")


class _Scalars(_Visitor):
    """Conditions on one entry of a list of plain values, which is its `value`."""

    def __init__(self, head: AttributeBinding, entries: Any, dialect: str) -> None:  # noqa: ANN401
        super().__init__(head.model, dialect)
        self._head = head
        self._entries = entries

    def visit_present(self, node: Present) -> Condition:
        return self._entries.c.value != "" if _names_value(node) else false()

    def visit_comparison(self, node: Comparison) -> Condition:
        if not _names_value(node):
            return false()
        if node.value is None:
            return true() if node.op == Op.ne else false()
        passes = self.test(self._entries, self._head, node)
        return not_(passes) if node.op == Op.ne else cast("Condition", passes)

    def visit_value_path(self, node: ValuePath) -> Condition:
        raise InvalidFilterException(detail="A value filter cannot hold another.")


def _names_value(node: FilterNode) -> bool:
    path = cast("Comparison | Present", node).attr_path
    return path.attr.lower() == "value" and not path.sub_attr
