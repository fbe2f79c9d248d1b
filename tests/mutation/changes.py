"""The small changes: a comparison turned, a statement or condition left out, a status swapped."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
STATUSES = (
    *("QUEUED", "SUBMITTING", "RUNNING", "FETCHING"),
    *("SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED", "UNCERTAIN"),
)
UNSEEN = ("logger",)
"""What only people read."""


@dataclass(frozen=True)
class Mutant:
    """One change of one file."""

    line: int
    says: str
    source: str


MAY_CHANGE = (
    *(ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.Attribute, ast.Constant, ast.Call),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.If, ast.With, ast.For),
)
Place = tuple[int, int]
"""A node by its number, and one of the ways to change it."""


def places(source: str) -> Iterator[Place]:
    """Yield where a file may be changed; ``mutant`` tells whether there is such a change."""
    for index, node in enumerate(ast.walk(ast.parse(source))):
        if isinstance(node, MAY_CHANGE):
            yield from ((index, which) for which in range(_ways(node)))


def mutant(source: str, place: Place) -> Mutant | None:
    """Return a file with the change at this place; None if there is none."""
    index, which = place
    tree = ast.parse(source)
    node = list(ast.walk(tree))[index]
    before = ast.unparse(node).partition("\n")[0]
    says = _change(node, which)
    if not says:
        return None
    changed = ast.unparse(ast.fix_missing_locations(tree))
    return Mutant(getattr(node, "lineno", 0), f"{says}: {before[:70]}", changed)


def _ways(node: ast.AST) -> int:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.If | ast.With | ast.For):
        return len(node.body) + isinstance(node, ast.If)
    if isinstance(node, ast.Call):
        return len(node.keywords)
    return 1


def _change(node: ast.AST, which: int) -> str:
    """Change a node in place, and say how; empty if it stays as it is."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in TURNED:
            node.ops = [TURNED[type(op)]()]
            return "turned"
        case ast.BoolOp():
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            return "and/or"
        case ast.UnaryOp(op=ast.Not()):
            node.op = ast.UAdd()
            node.operand = ast.Call(ast.Name("bool", ast.Load()), [node.operand], [])
            return "no not"
        case ast.BinOp(op=ast.Add()):
            node.op = ast.Sub()
            return "minus"
        case ast.BinOp(op=ast.Sub()):
            node.op = ast.Add()
            return "plus"
        case ast.Attribute(value=ast.Name(id="Status"), attr=attr) if attr in STATUSES:
            node.attr = STATUSES[(STATUSES.index(attr) + 1) % len(STATUSES)]
            return f"instead {node.attr}"
        case ast.Constant(value=bool(value)):
            node.value = not value
            return "other"
        case ast.If() if which == len(node.body):
            node.test = ast.Constant(value=True)
            return "always"
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.If() | ast.With() | ast.For():
            return _leave_out(node.body, which)
        case ast.Call(func=ast.Attribute(attr="filter" | "exclude" | "update" | "move")):
            return _leave_out_keyword(node, which)
        case ast.Call(func=ast.Name(id="move" | "submitted" | "reschedule" | "end" | "fail")):
            return _leave_out_keyword(node, which)
    return ""


def _leave_out_keyword(node: ast.Call, which: int) -> str:
    if node.keywords[which].arg is None:
        return ""
    gone = node.keywords.pop(which)
    return f"without {gone.arg}"


def _leave_out(body: list[ast.stmt], which: int) -> str:
    gone = body[which]
    if not isinstance(gone, ast.Expr | ast.Assign | ast.AugAssign | ast.Return):
        return ""
    text = ast.unparse(gone)
    if isinstance(gone, ast.Expr) and isinstance(gone.value, ast.Constant):
        return ""  # a docstring
    if text.startswith(UNSEEN):
        return ""
    body[which] = ast.Pass()
    return f"without “{text.splitlines()[0][:60]}”"
