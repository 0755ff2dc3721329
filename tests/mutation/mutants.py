"""The small changes that can be made to a module, each one a mutant.

A mutant stands for a slip that somebody may make: a bound off by one, `and` for `or`,
a forgotten `not`, a line that was lost, the wrong one of `min` and `max`. Texts,
docstrings, annotations and decorators are left alone: rules do not lie in them.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
_UNTOUCHED = ("annotation", "returns", "decorator_list", "type_params")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change.

    Attributes:
        line: Where it is made.
        where: Name of the function or class around it, empty at the top.
        change: The code before and after; with `where` it names the mutant however
            lines move.
        code: The compiled module with the change in it.
    """

    line: int
    where: str
    change: str
    code: CodeType

    @property
    def name(self) -> str:
        """Return what the list of changes without effect calls it."""
        return f"{self.where}: {self.change}"


def mutants_of(source: str, filename: str) -> Iterator[Mutant]:
    """Yield every mutant of a module, from top to bottom."""
    tree = ast.parse(source, filename)
    for place in _places(tree, ""):
        old = place.node
        # A number alone does not tell which one it is.
        around = place.parent if isinstance(old, ast.Constant) else None
        before = _text(around or old)
        for new in _changes(old, place.is_test):
            ast.copy_location(new, old)
            place.put(new)
            ast.fix_missing_locations(tree)
            after = _text(around or new)
            code = compile(tree, filename, "exec")
            yield Mutant(old.lineno, place.where, f"{before} -> {after}", code)
        place.put(old)


@dataclass(frozen=True, slots=True)
class _Place:
    """A node that can be exchanged; `is_test` if it decides a branch or a loop."""

    node: ast.expr | ast.stmt
    parent: ast.AST
    where: str
    is_test: bool
    put: Callable[[ast.AST], None]


def _places(parent: ast.AST, where: str) -> Iterator[_Place]:
    for name, value in ast.iter_fields(parent):
        if name in _UNTOUCHED:
            continue
        several = isinstance(value, list)
        for index, node in enumerate(value if several else [value]):
            if not isinstance(node, ast.AST) or _is_field(node):
                continue
            inside = where
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                inside = f"{where}.{node.name}".lstrip(".")
            if isinstance(node, ast.expr | ast.stmt):
                put = _putter(parent, name, index if several else None)
                yield _Place(node, parent, where, name in ("test", "ifs"), put)
            yield from _places(node, inside)


def _putter(parent: ast.AST, name: str, index: int | None) -> Callable[[ast.AST], None]:
    def put(node: ast.AST) -> None:
        if index is None:
            setattr(parent, name, node)
        else:
            getattr(parent, name)[index] = node

    return put


def _changes(node: ast.expr | ast.stmt, is_test: bool) -> Iterator[ast.AST]:
    if isinstance(node, ast.stmt):
        yield from _statements(node)
        return
    if is_test and not isinstance(node, ast.Compare | ast.UnaryOp):
        yield ast.UnaryOp(ast.Not(), node)
    yield from _expressions(node)


def _statements(node: ast.stmt) -> Iterator[ast.AST]:
    """Lose a statement that is there for its effect; return nothing."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Expr() | ast.AugAssign() | ast.Continue() | ast.Break() | ast.Raise():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            yield ast.Pass()
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield ast.Return(ast.Constant(None))


def _expressions(node: ast.expr) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=[op, *_]):
            for other in _COMPARISONS[type(op)]:
                yield _with(node, ops=[other(), *node.ops[1:]])
        case ast.BoolOp(op=op, values=values):
            swapped = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield _with(node, op=swapped)
            for lost in range(len(values)):
                rest = values[:lost] + values[lost + 1 :]
                yield _with(node, values=rest) if len(rest) > 1 else rest[0]
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            yield copy.deepcopy(inner)
        case ast.BinOp(op=op) if type(op) in _OPERATORS:
            yield _with(node, op=_OPERATORS[type(op)]())
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)
        case ast.Call(func=ast.Name(id=name)) if name in _CALLS:
            yield _with(node, func=ast.Name(_CALLS[name], ast.Load()))


def _with(node: ast.expr, **fields: object) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _is_field(node: ast.AST) -> bool:
    """Whether a dataclass describes an attribute of its own there."""
    match node:
        case ast.Call(func=ast.Name(id="field")):
            return True
    return False


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _text(node: ast.AST) -> str:
    text = " ".join(ast.unparse(ast.fix_missing_locations(node)).split())
    return text if len(text) <= 100 else text[:97] + "..."
