"""What an expression asks of the facts: numbered places, so that all facts are handed over as one list.

A variable of its own for each fact costs the library twice the time; a callback for `velocity` or `in_list`, whose
arguments are all literals, costs several times more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from adapters.cel.syntax import INT, Call, Comprehension, Constant, Entries, Items, Name, Select, below, reference
from adapters.cel.vocabulary import DISTINCT, IN_LIST, VARIABLE_NAMES, VELOCITY
from domain.fraud.expression import Needs
from domain.fraud.variables import VARIABLES, VariableType
from domain.fraud.velocity import Dimension, VelocityQuery, window_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import timedelta

    from adapters.cel.syntax import Node, Tree

FACTS = "@facts"
"""The list of all facts, by a name that no expression can say."""
MOMENTS = frozenset(variable.name for variable in VARIABLES if variable.type is VariableType.TIMESTAMP)
"""What is handed over by its own name beside the list: in a list of any type, the library takes no moments."""


@dataclass(frozen=True, slots=True)
class Known:
    """A variable."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A figure of a velocity: `count`, `sum_minor`, or the dimension whose different values are counted."""

    dimension: Dimension
    window: timedelta
    figure: str

    def __str__(self) -> str:
        return f"the velocity by {self.dimension}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Whether a list has a variable's value."""

    list_name: str
    variable: str

    def __str__(self) -> str:
        return self.variable


Slot: TypeAlias = "Known | Counted | Listed"
_KINDS: tuple[type, ...] = (Known, Counted, Listed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An expression whose questions are places in the list of facts; `slots` are those places."""

    root: Node
    references: dict[int, bytes]
    slots: frozenset[int]


class Placing:
    """Gives every question of a set of expressions its place: variables first, then velocities, then lists.

    All nodes get numbers of their own, so that any of the expressions can be put together in one program.
    """

    def __init__(self, trees: Iterable[Tree]) -> None:
        asked = {slot for tree in trees for slot in _questions(tree.root)}
        self.slots: tuple[Slot, ...] = tuple(sorted(asked, key=lambda slot: (_KINDS.index(type(slot)), repr(slot))))
        self._places = {slot: place for place, slot in enumerate(self.slots)}
        self._last = 0

    def number(self) -> int:
        """One more number for a node."""
        self._last += 1
        return self._last

    def place(self, tree: Tree) -> Placed:
        """One of the expressions with its questions in their places."""
        copy = _Copy(self, tree)
        return Placed(root=copy.of(tree.root), references=copy.references, slots=frozenset(copy.slots))

    def at(self, slot: Slot) -> int:
        """The place of a question."""
        return self._places[slot]


class _Copy:
    def __init__(self, placing: Placing, tree: Tree) -> None:
        self._placing = placing
        self._tree = tree
        self.references: dict[int, bytes] = {}
        self.slots: set[int] = set()

    def of(self, node: Node) -> Node:
        slot = slot_of(node)
        return self._asked(slot) if slot is not None else self._kept(node)

    def _asked(self, slot: Slot) -> Node:
        place = self._placing.at(slot)
        self.slots.add(place)
        if isinstance(slot, Known) and slot.name in MOMENTS:
            return self._named(slot.name)
        index, call = self._placing.number(), self._placing.number()
        self.references[call] = reference(overload="index_list")
        return Call(id=call, function="_[_]", arguments=(self._named(FACTS), Constant(index, INT, place)))

    def _named(self, name: str) -> Node:
        number = self._placing.number()
        self.references[number] = reference(name=name)
        return Name(number, name)

    def _kept(self, node: Node) -> Node:
        number = self._placing.number()
        if node.id in self._tree.references:
            self.references[number] = self._tree.references[node.id]
        match node:
            case Constant() | Name():
                return replace(node, id=number)
            case Select():
                return replace(node, id=number, operand=self.of(node.operand))
            case Items():
                return Items(number, self._all(node.elements))
            case Call():
                target = None if node.target is None else self.of(node.target)
                return replace(node, id=number, target=target, arguments=self._all(node.arguments))
            case Entries():
                ids = tuple(self._placing.number() for _ in node.ids)
                return replace(node, id=number, ids=ids, keys=self._all(node.keys), values=self._all(node.values))
            case Comprehension():
                parts = self._all((node.range, node.start, node.condition, node.step, node.result))
                ranged, start, condition, step, result = parts
                return replace(
                    node, id=number, range=ranged, start=start, condition=condition, step=step, result=result
                )

    def _all(self, nodes: Iterable[Node]) -> tuple[Node, ...]:
        return tuple(self.of(node) for node in nodes)


def needs_of(slots: Iterable[Slot]) -> Needs:
    """What has to be known to answer these questions."""
    variables: set[str] = set()
    lists: set[str] = set()
    distinct: dict[tuple[Dimension, timedelta], set[Dimension]] = {}
    for slot in slots:
        match slot:
            case Known():
                variables.add(slot.name)
            case Listed():
                variables.add(slot.variable)
                lists.add(slot.list_name)
            case Counted():
                of = distinct.setdefault((slot.dimension, slot.window), set())
                of |= {dimension for dimension in Dimension if dimension == slot.figure}
    return Needs(
        variables=frozenset(variables),
        velocities=frozenset(
            VelocityQuery(dimension=dimension, window=window, distinct=frozenset(of))
            for (dimension, window), of in distinct.items()
        ),
        lists=frozenset(lists),
    )


def slot_of(node: Node) -> Slot | None:
    """The question that a node is; nothing for every other node."""
    match node:
        case Name(name=name) if name in VARIABLE_NAMES:
            return Known(name)
        case Select(operand=Call(function=name) as velocity, field=figure) if name == VELOCITY:
            return _counted(velocity, figure)
        case Call(function=name, target=Call() as velocity, arguments=(Constant() as of,)) if name == DISTINCT:
            return _counted(velocity, str(of.text))
        case Call(function=name, arguments=(Constant() as listed, Name(name=variable))) if name == IN_LIST:
            return Listed(list_name=str(listed.text), variable=variable)
        case _:
            return None


def _questions(node: Node) -> Iterator[Slot]:
    slot = slot_of(node)
    if slot is not None:
        yield slot
        return
    for part in below(node):
        yield from _questions(part)


def _counted(velocity: Call, figure: str) -> Counted:
    dimension, window = (str(each.text) for each in velocity.arguments if isinstance(each, Constant))
    return Counted(dimension=Dimension(dimension), window=window_of(window), figure=figure)
