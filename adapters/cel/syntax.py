"""Compiled expressions as trees: read from what the library hands out, and written for it again.

The messages are those of CEL's `syntax.proto` and `checked.proto`; the library offers no other access to them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from adapters.cel.wire import bytes_field, fields, fixed64_field, signed, varint_field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHECKED = "type.googleapis.com/cel.expr.CheckedExpr"
NULL, BOOL, INT, UINT, DOUBLE, STRING, BINARY = range(1, 8)
"""The kinds of constants, by their field in the message."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal; `value` is as it stands on the wire."""

    id: int
    kind: int
    value: int | bytes

    @property
    def text(self) -> str | None:
        """What it says when it is a text."""
        return self.value.decode() if self.kind == STRING and isinstance(self.value, bytes) else None

    @property
    def number(self) -> int | None:
        """What it is when it is an integer."""
        return signed(self.value) if self.kind == INT and isinstance(self.value, int) else None


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, dotted once the expression is checked."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """`operand.field`; `tested` when it stands in `has(...)`."""

    id: int
    operand: Node
    field: str
    tested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A function or an operator; with a target it is written `target.function(...)`."""

    id: int
    target: Node | None = None
    function: str
    arguments: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """A list that is written out."""

    id: int
    elements: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """A map that is written out, or a message when it has a name. `ids` are those of the entries."""

    id: int
    message: str = ""
    ids: tuple[int, ...] = ()
    keys: tuple[Node, ...] = ()
    values: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comprehension:
    """What the macros `all`, `exists`, `exists_one`, `map` and `filter` stand for."""

    id: int
    element: str
    range: Node
    result_name: str
    start: Node
    condition: Node
    step: Node
    result: Node


Node: TypeAlias = "Constant | Name | Select | Call | Items | Entries | Comprehension"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """An expression. `positions` are offsets in its text; `types` and `references` stay as they are on the wire."""

    root: Node
    positions: Mapping[int, int] = field(default_factory=dict)
    types: Mapping[int, bytes] = field(default_factory=dict)
    references: Mapping[int, bytes] = field(default_factory=dict)


def read(serialized: bytes) -> Tree:
    """The tree of an expression, parsed or checked, as the library serializes it."""
    outer = dict(fields(serialized))
    checked = outer[1] == CHECKED.encode()
    root_number, source_number = (4, 5) if checked else (2, 3)
    root: Node | None = None
    positions: dict[int, int] = {}
    types: dict[int, bytes] = {}
    references: dict[int, bytes] = {}
    for number, value in fields(_bytes(outer[2])):
        content = _bytes(value)
        if number == root_number:
            root = _node(content)
        elif number == source_number:
            entries = [dict(fields(_bytes(each))) for kind, each in fields(content) if kind == 4]  # noqa: PLR2004
            positions |= {_int(entry[1]): _int(entry.get(2, 0)) for entry in entries}
        elif checked and number in {2, 3}:
            entry = dict(fields(content))
            (references if number == 2 else types)[_int(entry[1])] = _bytes(entry.get(2, b""))  # noqa: PLR2004
    assert root is not None
    return Tree(root=root, positions=positions, types=types, references=references)


def write(root: Node, references: Mapping[int, bytes]) -> bytes:
    """A checked expression as the library deserializes it."""
    entries = [bytes_field(2, varint_field(1, number) + bytes_field(2, value)) for number, value in references.items()]
    checked = b"".join([*entries, bytes_field(4, written(root))])
    return bytes_field(1, CHECKED) + bytes_field(2, checked)


def reference(name: str = "", overload: str = "") -> bytes:
    """What a name or a call means, for `references`."""
    return (bytes_field(1, name) if name else b"") + (bytes_field(3, overload) if overload else b"")


def overloads(value: bytes) -> list[str]:
    """The overloads of a function that a call may mean, by its entry in `references`."""
    return [_bytes(content).decode() for number, content in fields(value) if number == 3]  # noqa: PLR2004


def below(node: Node) -> tuple[Node, ...]:
    """The nodes that a node is made of."""
    match node:
        case Constant() | Name():
            return ()
        case Select():
            return (node.operand,)
        case Items():
            return node.elements
        case Entries():
            return (*node.keys, *node.values)
        case Call():
            return node.arguments if node.target is None else (node.target, *node.arguments)
        case Comprehension():
            return (node.range, node.start, node.condition, node.step, node.result)


def written(node: Node) -> bytes:  # noqa: PLR0911 - one for each kind
    """The node as a message."""
    head = varint_field(2, node.id)
    match node:
        case Constant(kind=kind, value=value):
            return head + bytes_field(3, _constant(kind, value))
        case Name():
            return head + bytes_field(4, bytes_field(1, node.name))
        case Select():
            tested = varint_field(3, 1) if node.tested else b""
            return head + bytes_field(5, bytes_field(1, written(node.operand)) + bytes_field(2, node.field) + tested)
        case Call():
            target = b"" if node.target is None else bytes_field(1, written(node.target))
            return head + bytes_field(6, target + bytes_field(2, node.function) + _repeated(3, node.arguments))
        case Items():
            return head + bytes_field(7, _repeated(1, node.elements))
        case Entries():
            return head + bytes_field(8, bytes_field(1, node.message) + _entries(node))
        case Comprehension():
            return head + bytes_field(9, _comprehension(node))


def _entries(node: Entries) -> bytes:
    return b"".join(
        bytes_field(2, varint_field(1, number) + bytes_field(3, written(key)) + bytes_field(4, written(value)))
        for number, key, value in zip(node.ids, node.keys, node.values, strict=True)
    )


def _comprehension(node: Comprehension) -> bytes:
    parts = (node.start, node.condition, node.step, node.result)
    return b"".join(
        [
            bytes_field(1, node.element),
            bytes_field(2, written(node.range)),
            bytes_field(3, node.result_name),
            *(bytes_field(number, written(part)) for number, part in enumerate(parts, start=4)),
        ]
    )


def _repeated(number: int, nodes: Sequence[Node]) -> bytes:
    return b"".join(bytes_field(number, written(node)) for node in nodes)


def _constant(kind: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return varint_field(kind, value)
    return fixed64_field(kind, value) if kind == DOUBLE else bytes_field(kind, value)


def _node(content: bytes) -> Node:  # noqa: PLR0911 - one for each kind
    number, kind, body = 0, 0, b""
    for each, value in fields(content):
        if isinstance(value, int):
            number = value
        else:
            kind, body = each, value
    parts = list(fields(body))
    match kind:
        case 3:
            # A constant is never left out, even where it is zero.
            return Constant(number, parts[0][0], parts[0][1])
        case 4:
            return Name(number, _text(parts, 1))
        case 5:
            operand = _node(_bytes(dict(parts)[1]))
            return Select(id=number, operand=operand, field=_text(parts, 2), tested=any(each == 3 for each, _ in parts))  # noqa: PLR2004
        case 6:
            targets = _nodes(parts, 1)
            target = targets[0] if targets else None
            return Call(id=number, target=target, function=_text(parts, 2), arguments=_nodes(parts, 3))
        case 7:
            return Items(number, _nodes(parts, 1))
        case 8:
            return _read_entries(number, parts)
        case 9:
            return _read_comprehension(number, parts)
        case _:
            message = f"an expression has the unknown kind {kind}"
            raise ValueError(message)


def _read_entries(number: int, parts: Sequence[tuple[int, int | bytes]]) -> Entries:
    found = [dict(fields(_bytes(value))) for each, value in parts if each == 2]  # noqa: PLR2004
    # The fields of a message (a text in place of a node) are refused before anybody looks at them.
    keys = tuple(_node(_bytes(entry[3])) if 3 in entry else Name(0, "") for entry in found)  # noqa: PLR2004
    return Entries(
        id=number,
        message=_text(parts, 1),
        ids=tuple(_int(entry.get(1, 0)) for entry in found),
        keys=keys,
        values=tuple(_node(_bytes(entry[4])) for entry in found),
    )


def _read_comprehension(number: int, parts: Sequence[tuple[int, int | bytes]]) -> Comprehension:
    by_field = dict(parts)
    ranged, start, condition, step, result = (_node(_bytes(by_field[each])) for each in (2, 4, 5, 6, 7))
    return Comprehension(
        id=number,
        element=_text(parts, 1),
        range=ranged,
        result_name=_text(parts, 3),
        start=start,
        condition=condition,
        step=step,
        result=result,
    )


def _nodes(parts: Sequence[tuple[int, int | bytes]], number: int) -> tuple[Node, ...]:
    return tuple(_node(_bytes(value)) for each, value in parts if each == number)


def _text(parts: Sequence[tuple[int, int | bytes]], number: int) -> str:
    return next((_bytes(value).decode() for each, value in parts if each == number), "")


def _bytes(value: int | bytes) -> bytes:
    assert isinstance(value, bytes)
    return value


def _int(value: int | bytes) -> int:
    assert isinstance(value, int)
    return value
