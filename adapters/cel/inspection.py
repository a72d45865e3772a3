"""What is looked at before an expression is type-checked: its names, and the literals that have to be known ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from adapters.cel import syntax
from adapters.cel.complaints import NO_HAS
from adapters.cel.literals import ZONE, readable
from adapters.cel.pattern import PatternRefused, weight
from adapters.cel.place import at_offset
from adapters.cel.syntax import Call, Comprehension, Constant, Entries, Items, Name, Select, below
from adapters.cel.vocabulary import (
    CONVERSIONS,
    DISTINCT,
    FIGURES,
    FUNCTIONS,
    GROUPS,
    IN_LIST,
    LOGIC,
    MACROS,
    MATCHES,
    OPERATORS,
    VARIABLE_NAMES,
    VELOCITY,
    ZONED,
    shown,
    suggestion,
    variable_suggestion,
)
from domain.fraud.list_kind import KIND_OF_VARIABLE
from domain.fraud.velocity import Dimension, window_of
from domain.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.cel.syntax import Node, Tree
    from domain.fraud.expression import ExpressionInvalid
    from domain.fraud.list_kind import ListKind

MOST_MATCHES = 5
"""How many regular expressions an expression may have: each is compiled for each payment."""
_DIMENSIONS = [dimension.value for dimension in Dimension]
_LITERALS = {
    syntax.NULL: 'Nothing is ever null; an unknown text is "".',
    syntax.UINT: "Write the number without u: all integers are signed.",
    syntax.BINARY: 'Write the text without b, as in "abc".',
}
_AFTER_VELOCITY = 'say what of it: .count, .sum_minor or .distinct("email").'
_EXAMPLES = {
    "timestamp": 'a moment such as "2026-01-31T00:00:00Z"',
    "duration": 'a time span such as "36h" or "90m"',
    "int": 'an integer such as "42"',
    "double": 'a number such as "1.5"',
    ZONE: 'a time zone such as "Europe/Berlin"',
    MATCHES: "a regular expression (RE2)",
}


class Inspection:
    """Of one expression as it was parsed; `lists` are the names that there are, with their kinds."""

    def __init__(self, expression: str, tree: Tree, lists: Mapping[str, ListKind]) -> None:
        self._expression = expression
        self._tree = tree
        self._lists = lists
        self._matches = 0

    def run(self) -> None:
        """Raise `ExpressionInvalid` at the first thing that cannot stand."""
        self._look(self._tree.root, frozenset())

    def _look(self, node: Node, scope: frozenset[str]) -> None:
        match node:
            case Constant():
                if node.kind in _LITERALS:
                    raise self._no(node, _LITERALS[node.kind])
            case Name() | Select():
                self._value(node, scope)
            case Call():
                self._call(node, scope)
            case Items():
                for element in node.elements:
                    self._look(element, scope)
            case Entries():
                self._entries(node, scope)
            case Comprehension():
                self._comprehension(node, scope)

    def _value(self, node: Name | Select, scope: frozenset[str]) -> None:
        if isinstance(node, Select) and node.tested:
            raise self._no(node, NO_HAS)
        if isinstance(node, Select) and _is_velocity(node.operand):
            self._velocity(node.operand)
            if node.field not in FIGURES:
                close = suggestion(node.field, (*FIGURES, DISTINCT))
                raise self._no(node, f"velocity has no {shown(node.field)}{close or f'; {_AFTER_VELOCITY}'}")
            return
        name = dotted(node)
        if name is None:
            assert isinstance(node, Select)
            self._look(node.operand, scope)
            raise self._no(node, f'Nothing here has a field "{shown(node.field)}"; maps are asked by ["key"].')
        root = name.partition(".")[0]
        if root in scope:
            if isinstance(node, Select):
                raise self._no(node, f'"{shown(root)}" is a plain value here, without fields.')
        elif name not in VARIABLE_NAMES:
            raise self._no(_leftmost(node), f"{shown(name)}: no such variable{variable_suggestion(name)}")

    def _call(self, node: Call, scope: frozenset[str]) -> None:
        name = node.function
        if name == VELOCITY:
            self._velocity(node)
            raise self._no(node, f"After velocity(...), {_AFTER_VELOCITY}")
        if name == IN_LIST:
            self._in_list(node, scope)
            return
        if name == DISTINCT:
            self._distinct(node)
            return
        if name not in FUNCTIONS and name not in OPERATORS and name != LOGIC:
            raise self._no(node, _unknown_function(node))
        for part in below(node):
            self._look(part, scope)
        self._literals(node)

    def _literals(self, node: Call) -> None:
        name, arguments = node.function, node.arguments
        last = arguments[-1] if arguments else None
        text = last.text if isinstance(last, Constant) else None
        if name == MATCHES and len(arguments) <= 2:  # noqa: PLR2004 - as a method, or with the text first
            self._pattern(node, text)
        elif name in ZONED and arguments and (node.target is not None or len(arguments) > 1):
            self._readable(node, ZONE, text)
        elif name in CONVERSIONS and text is not None:
            self._readable(node, name, text)
        elif name in {"_/_", "_%_"} and isinstance(last, Constant) and last.number == 0:
            raise self._no(last, "Nothing can be divided by 0.")

    def _pattern(self, node: Call, text: str | None) -> None:
        self._matches += 1
        if self._matches > MOST_MATCHES:
            raise self._no(
                node, f"At most {MOST_MATCHES} regular expressions; join some with |, or make several rules."
            )
        try:
            # Before anything compiles it: a short pattern may become a large one.
            weight(text or "")
        except PatternRefused as refused:
            raise self._no(node.arguments[-1], str(refused)) from None
        self._readable(node, MATCHES, text)

    def _readable(self, node: Call, kind: str, text: str | None) -> None:
        last = node.arguments[-1]
        if text is None:
            raise self._no(last, f"Give {_EXAMPLES[kind]} as a literal here.")
        if not readable(kind, text):
            raise self._no(last, f'"{shown(text)}" cannot be read; give {_EXAMPLES[kind]}.')

    def _velocity(self, node: Call) -> Dimension:
        if len(node.arguments) != 2 or node.target is not None:  # noqa: PLR2004
            raise self._no(node, 'velocity takes a dimension and a window, as in velocity("card", "24h").count.')
        dimension = self._dimension(node.arguments[0])
        window = node.arguments[1]
        try:
            window_of((window.text if isinstance(window, Constant) else None) or "")
        except Invalid as refused:
            raise self._no(window, refused.message) from None
        return dimension

    def _dimension(self, node: Node) -> Dimension:
        text = node.text if isinstance(node, Constant) else None
        if text not in _DIMENSIONS:
            close = "" if text is None else suggestion(text, _DIMENSIONS)
            every = ", ".join(f'"{name}"' for name in _DIMENSIONS)
            raise self._no(node, f"Give one of {every} as a literal{close or '.'}")
        return Dimension(text)

    def _distinct(self, node: Call) -> None:
        target = node.target
        if not _is_velocity(target) or len(node.arguments) != 1:
            raise self._no(node, 'Write distinct after a velocity, as in velocity("card", "24h").distinct("email").')
        counted, by = self._velocity(target), self._dimension(node.arguments[0])
        if counted is by:
            raise self._no(
                node.arguments[0], f'Payments of one {by} have one {by}; count another dimension than "{by}".'
            )

    def _in_list(self, node: Call, scope: frozenset[str]) -> None:
        if len(node.arguments) != 2 or node.target is not None:  # noqa: PLR2004
            example = 'in_list("blocked_emails", customer.email)'
            raise self._no(node, f"in_list takes the name of a list and a variable, as in {example}.")
        name, value = node.arguments
        text = name.text if isinstance(name, Constant) else None
        if text is None:
            raise self._no(name, "Give the name of the list as a literal.")
        if text not in self._lists:
            close = suggestion(text, self._lists)
            raise self._no(name, f'There is no list "{shown(text)}"{close or "; create it first."}')
        kind = self._lists[text]
        variable = dotted(value)
        if variable is not None:
            self._look(value, scope)
        if variable is None or KIND_OF_VARIABLE.get(variable) is not kind:
            every = ", ".join(each for each, of in KIND_OF_VARIABLE.items() if of is kind)
            raise self._no(value, f'The list "{text}" holds values of kind {kind}; look there for one of {every}.')

    def _entries(self, node: Entries, scope: frozenset[str]) -> None:
        if node.message:
            raise self._no(node, "There are no messages here; write lists as [1, 2] and maps as {1: 2}.")
        seen: set[tuple[int, int | bytes]] = set()
        for key in node.keys:
            if not isinstance(key, Constant):
                raise self._no(key, "Give the keys of a map as literals.")
            if (key.kind, key.value) in seen:
                raise self._no(key, "This key stands in the map already.")
            seen.add((key.kind, key.value))
        for part in (*node.keys, *node.values):
            self._look(part, scope)

    def _comprehension(self, node: Comprehension, scope: frozenset[str]) -> None:
        if node.element in GROUPS:
            raise self._no(node, f'"{node.element}" begins the names of variables; call the element something else.')
        self._look(node.range, scope)
        inner = scope | {node.element, node.result_name}
        for part in (node.start, node.condition, node.step, node.result):
            self._look(part, inner)

    def _no(self, node: Node, message: str) -> ExpressionInvalid:
        offset = self._tree.positions.get(node.id, 0)
        if isinstance(node, Call):
            # A call's place is its bracket; people look for its name.
            begin = offset - len(node.function)
            offset = begin if begin >= 0 and self._expression[begin:offset] == node.function else offset
        return at_offset(message, self._expression, offset)


def dotted(node: Node) -> str | None:
    """The name that a chain of names is; nothing for everything else."""
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Select) and not node.tested:
        operand = dotted(node.operand)
        return None if operand is None else f"{operand}.{node.field}"
    return None


def _leftmost(node: Node) -> Node:
    return _leftmost(node.operand) if isinstance(node, Select) else node


def _is_velocity(node: Node | None) -> TypeGuard[Call]:
    return isinstance(node, Call) and node.function == VELOCITY


def _unknown_function(node: Call) -> str:
    name = node.function
    if name == "has":
        return NO_HAS
    if name in MACROS:
        return f"{name} is written after a list, with a name for its elements: [1, 2].{name}(x, x > 1)."
    if name in FIGURES and _is_velocity(node.target):
        return f"Write .{name} without brackets."
    close = suggestion(name, (*FUNCTIONS, *MACROS))
    return f"{shown(name)}: no such function{close or '; the documentation of expressions lists all functions.'}"
