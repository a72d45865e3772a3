"""How many steps an expression may take, told from the expression alone."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from adapters.cel.pattern import PatternRefused, weight
from adapters.cel.shape import Many, Plain, Text, joined
from adapters.cel.slots import slot_of
from adapters.cel.syntax import STRING, Call, Comprehension, Constant, Entries, Items, Name, Select, below, overloads
from adapters.cel.vocabulary import MATCHES
from domain.fraud.variables import VARIABLES, VariableType
from domain.kernel.text import MAX_TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.cel.shape import Shape
    from adapters.cel.syntax import Node, Tree

LONGEST_TEXT = 10_000
"""The most characters that a text may have while an expression is evaluated."""
# A step is a fifth of a microsecond at most. A regular expression is compiled each time; then each character of the
# text can make the matcher go through all of it.
_MATCH, _COMPILE, _MATCHED_AT_ONCE = 100, 5, 13
# Looking for a text within another one begins anew at each place.
_SOUGHT_AT_ONCE = 15_000
_NUMBER_TEXT = Text(40)
_FACTS: Mapping[str, Shape] = {
    each.name: Text(MAX_TEXT) if each.type is VariableType.STRING else Plain() for each in VARIABLES
}
# The types of numbers, truths, moments and durations, as they stand in a checked expression.
_PLAIN_TYPES = (*(bytes((0x18, number)) for number in (1, 2, 3, 4)), b"\x28")


class Excessive(Exception):
    """The expression makes something of no known or too large a size; `node` is it, and the message says what to do."""

    def __init__(self, node: Node, message: str) -> None:
        super().__init__(message)
        self.node = node
        self.message = message


class Estimate:
    """Of one checked expression."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._steps = 0

    def steps(self) -> int:
        """The most steps that it takes; raise `Excessive`."""
        self._steps = 0
        self._shape(self._tree.root, {})
        return self._steps

    def _shape(self, node: Node, scope: Mapping[str, Shape]) -> Shape:  # noqa: PLR0911 - one for each kind
        """What the node becomes; its steps are added. `scope` has the names that the macros around it give.

        What would be a text or a list, and is plain, is an element of an empty list: there is none.
        """
        self._steps += 1
        if slot_of(node) is not None and not isinstance(node, Name):
            return Plain()
        match node:
            case Constant():
                return Text(len(node.text or "")) if node.kind == STRING else Plain()
            case Name():
                return scope[node.name] if node.name in scope else _FACTS.get(node.name, Plain())
            case Items():
                parts = self._all(node.elements, scope)
                self._steps += sum(part.whole - 1 for part in parts)
                one = joined(parts)
                return Many(len(parts), one, one)
            case Entries():
                keys, values = self._all(node.keys, scope), self._all(node.values, scope)
                self._steps += sum(part.whole - 1 for part in (*keys, *values))
                return Many(len(keys), joined(keys), joined(values))
            case Call():
                return self._call(node, self._all(below(node), scope))
            case Comprehension():
                return self._comprehension(node, scope)
            case Select():
                raise _unbounded(node)

    def _all(self, nodes: Sequence[Node], scope: Mapping[str, Shape]) -> list[Shape]:
        return [self._shape(node, scope) for node in nodes]

    def _call(self, node: Call, parts: Sequence[Shape]) -> Shape:
        names = overloads(self._tree.references.get(node.id, b""))
        self._steps += self._charge(node, names, parts)
        match names, parts:
            case ["conditional"], [_, one, other]:
                return joined((one, other))
            case ["add_string"], _:
                length = sum(part.length for part in parts if isinstance(part, Text))
                if length > LONGEST_TEXT:
                    message = f"This text may become longer than {LONGEST_TEXT} characters; join fewer texts."
                    raise Excessive(node, message)
                return Text(length)
            case ["add_list"], [one, other]:
                either = joined((one, other))
                sizes = sum(part.size for part in parts if isinstance(part, Many))
                return Many(sizes, either.element, either.value) if isinstance(either, Many) else either
            case _, [whole, _] if node.function == "_[_]":
                return whole.value if isinstance(whole, Many) else Plain()
            case _, [part] if node.function == "string":
                return part if isinstance(part, Text) else _NUMBER_TEXT
            case _ if self._tree.types.get(node.id, b"").startswith(_PLAIN_TYPES):
                return Plain()
            case _:
                raise _unbounded(node)

    def _charge(self, node: Call, names: Sequence[str], parts: Sequence[Shape]) -> int:
        """The steps of the call itself."""
        lengths = [part.length for part in parts if isinstance(part, Text)]
        if node.function == MATCHES:
            return _matching(node, max(lengths[:1], default=0))
        if "contains_string" in names:
            return sum(each.whole for each in parts) + prod(lengths) // _SOUGHT_AT_ONCE
        if {*names} & {"equals", "not_equals"}:
            # What is of another size is known to be unequal.
            return min(each.whole for each in parts)
        if {*names} & {"in_list", "add_list"}:
            return sum(each.whole for each in parts)
        return sum(each.whole - 1 for each in parts if isinstance(each, Text))

    def _comprehension(self, node: Comprehension, scope: Mapping[str, Shape]) -> Shape:
        ranged = self._shape(node.range, scope)
        if not isinstance(ranged, Many):
            # An element of an empty list, which there is none of.
            ranged = Many(0)
        start = self._shape(node.start, scope)
        # Macros make lists by adding one element in each round to what they have, and nobody else can name that.
        grown = Many(ranged.size) if isinstance(start, Many) else start
        within = {**scope, node.element: ranged.element, node.result_name: grown}
        before = self._steps
        self._shape(node.condition, within)
        step = self._shape(node.step, within)
        self._steps = before + ranged.size * (1 + self._steps - before)
        result = Many(ranged.size, step.element, step.value) if isinstance(step, Many) else step
        return self._shape(node.result, {**within, node.result_name: result})


def depth(node: Node) -> int:
    """How deep the messages of the expression are nested, macros written out."""
    own = 3 if isinstance(node, Entries) else 2
    return own + max(map(depth, below(node)), default=0)


def _matching(node: Call, length: int) -> int:
    pattern = node.arguments[-1]
    text = pattern.text if isinstance(pattern, Constant) else None
    if text is None:
        raise _unbounded(pattern)
    try:
        heavy = weight(text)
    except PatternRefused as refused:
        raise Excessive(pattern, str(refused)) from None
    return _MATCH + heavy * _COMPILE + heavy * length // _MATCHED_AT_ONCE


def _unbounded(node: Node) -> Excessive:
    return Excessive(node, "The size of this cannot be told beforehand; write the list out, as in [1, 2, 3].")
