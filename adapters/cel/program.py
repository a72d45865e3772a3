"""Sets of expressions as they are evaluated: many in one program, and each alone when one of them fails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

from adapters.cel.complaints import failure
from adapters.cel.native import Translation, Untranslatable, alone, together
from adapters.cel.slots import FACTS, MOMENTS, Counted, Known, Listed, Placing, needs_of
from adapters.cel.syntax import INT, Call, Constant, reference, write
from domain.fraud.expression import Failure
from domain.fraud.variables import VARIABLES, VariableType
from domain.fraud.velocity import Dimension

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Mapping, Sequence

    from cel_expr_python import cel

    from adapters.cel.syntax import Node, Tree
    from domain.fraud.expression import Facts, Needs
    from domain.fraud.variables import FactValue
    from domain.fraud.velocity import VelocityFigures, VelocityQuery

MOST_TOGETHER = 48
"""How many expressions share a program: each is a bit of its answer, an integer of 64 bits."""
_STAND_INS: Mapping[VariableType, int | str | datetime] = {
    VariableType.INT: 0,
    VariableType.STRING: "",
    VariableType.TIMESTAMP: datetime(1970, 1, 1, tzinfo=UTC),
}
_TYPES = {variable.name: variable.type for variable in VARIABLES}


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Expressions that share a program of the library, by their indexes."""

    indexes: tuple[int, ...]
    program: cel.Expression


@dataclass(frozen=True, slots=True)
class _Reading:
    """How to read figures in the order of their places, of velocities that come in the order of `queries`."""

    queries: list[VelocityQuery]
    readers: list[tuple[int, Callable[[VelocityFigures], int]]]


class CelExpressions:
    """A set of checked expressions; any task or thread may ask it, at the same time as others.

    Those that can be are Python functions; the library evaluates the others, and whatever raises there.
    """

    def __init__(self, env: cel.Env, trees: Sequence[Tree]) -> None:
        placing = Placing(trees)
        self._env = env
        self._slots = placing.slots
        self._placed = [placing.place(tree) for tree in trees]
        self._needs = [needs_of(self._slots[place] for place in sorted(each.slots)) for each in self._placed]
        self._known = _getter([slot.name for slot in self._slots if isinstance(slot, Known)])
        self._moments = [
            (slot.name, place)
            for place, slot in enumerate(self._slots)
            if isinstance(slot, Known) and slot.name in MOMENTS
        ]
        self._counted = [slot for slot in self._slots if isinstance(slot, Counted)]
        self._listed = [(slot.list_name, slot.variable) for slot in self._slots if isinstance(slot, Listed)]
        self._unlisted = [False] * len(self._listed)
        self._native = {
            index: translated for index, tree in enumerate(trees) if (translated := _native(tree, placing)) is not None
        }
        self._at_once = together(list(self._native.values()), len(self._slots))
        others = [index for index in range(len(trees)) if index not in self._native]
        self._chunks = [
            self._chunk(placing, others[first : first + MOST_TOGETHER])
            for first in range(0, len(others), MOST_TOGETHER)
        ]
        # Both are filled when they are needed, which is seldom; two that do so at once do the same.
        self._native_alone: dict[int, Callable[..., bool]] = {}
        self._alone: dict[int, cel.Expression] = {}
        self._reading = _Reading([], [])

    @property
    def needs(self) -> Sequence[Needs]:
        """What each needs."""
        return self._needs

    def evaluate(self, facts: Facts) -> Sequence[bool | Failure]:
        """Whether each holds; one that fails, or lacks a fact, is a `Failure` without touching the others."""
        missing: set[int] = set()
        try:
            row = self._row(facts)
        except KeyError:
            row = [self._fact(facts, place, missing) for place in range(len(self._slots))]
        results = self._in_python(row)
        for chunk in self._chunks:
            self._in_library(chunk, row, results)
        if missing:
            for index, placed in enumerate(self._placed):
                if lacked := placed.slots & missing:
                    results[index] = Failure(f"{self._slots[min(lacked)]} is not known")
        return results

    def _in_python(self, row: list[Any]) -> list[bool | Failure]:
        """The results of all, of which those of the library are still missing."""
        try:
            answers: list[bool | Failure] = [*self._at_once(*row)]
        except Exception:  # noqa: BLE001 - an error of the language, or of a culprit among them; the others still count
            answers = [self._by_itself(index, row) for index in self._native]
        if not self._chunks:
            return answers
        results: list[bool | Failure] = [False] * len(self._placed)
        for index, answer in zip(self._native, answers, strict=True):
            results[index] = answer
        return results

    def _by_itself(self, index: int, row: list[Any]) -> bool | Failure:
        try:
            if index not in self._native_alone:
                self._native_alone[index] = alone(self._native[index], len(self._slots))
            return self._native_alone[index](*row)
        except Exception:  # noqa: BLE001 - as above
            # The language forgives errors where the rest decides, on either side of && and ||.
            return self._by_library(index, row)

    def _activation(self, row: list[Any]) -> cel.Activation:
        if not self._moments:
            return self._env.Activation({FACTS: row})
        # One moment in it, and the library cannot read the list.
        others = row.copy()
        for _, place in self._moments:
            others[place] = 0
        return self._env.Activation({FACTS: others, **{name: row[place] for name, place in self._moments}})

    def _in_library(self, chunk: _Chunk, row: list[Any], results: list[bool | Failure]) -> None:
        try:
            answer = chunk.program.eval(self._activation(row)).value()
        except Exception:  # noqa: BLE001 - as above
            answer = None
        # An error comes as a text in place of the number.
        for bit, index in enumerate(chunk.indexes):
            whole = isinstance(answer, int)
            results[index] = answer >> bit & 1 == 1 if whole else self._by_library(index, row)

    def _by_library(self, index: int, row: list[Any]) -> bool | Failure:
        try:
            if index not in self._alone:
                placed = self._placed[index]
                self._alone[index] = self._env.deserialize(write(placed.root, placed.references))
            answer = self._alone[index].eval(self._activation(row)).value()
        except Exception as error:  # noqa: BLE001 - whatever it raises, it fails alone
            answer = str(error) or type(error).__name__
        return answer if isinstance(answer, bool) else Failure(failure(str(answer)))

    def _row(self, facts: Facts) -> list[Any]:
        """All facts in their places; raise `KeyError` when one is not there."""
        values = facts.values
        row: list[Any] = list(self._known(values))
        if self._counted:
            queries = list(facts.velocities)
            reading = self._reading
            # Those of one rule set are always the same objects, which are compared at once.
            if reading.queries != queries:
                self._reading = reading = _Reading(queries, [_reader(queries, slot) for slot in self._counted])
            figures = list(facts.velocities.values())
            row += [read(figures[index]) for index, read in reading.readers]
        if self._listed:
            listed = facts.listed
            if listed:
                row += [(name, values[variable]) in listed for name, variable in self._listed]
            else:
                row += self._unlisted
        return row

    def _fact(self, facts: Facts, place: int, missing: set[int]) -> Any:  # noqa: ANN401 - of any type of the language
        """One fact, or something of its type in its place, so that other expressions can be evaluated."""
        slot = self._slots[place]
        try:
            match slot:
                case Known():
                    return facts.values[slot.name]
                case Listed():
                    return (slot.list_name, facts.values[slot.variable]) in facts.listed
                case Counted():
                    index, read = _reader(list(facts.velocities), slot)
                    return read(list(facts.velocities.values())[index])
        except KeyError:
            missing.add(place)
            return _STAND_INS[_TYPES[slot.name]] if isinstance(slot, Known) else 0

    def _chunk(self, placing: Placing, indexes: Sequence[int]) -> _Chunk:
        """One program whose answer has a bit for each expression that holds."""
        references: dict[int, bytes] = {}

        def call(function: str, overload: str, *arguments: Node) -> Node:
            number = placing.number()
            references[number] = reference(overload=overload)
            return Call(id=number, function=function, arguments=arguments)

        terms: list[Node] = []
        for bit, index in enumerate(indexes):
            references |= self._placed[index].references
            yes, no = (Constant(placing.number(), INT, value) for value in (1 << bit, 0))
            terms.append(call("_?_:_", "conditional", self._placed[index].root, yes, no))
        # In pairs, and pairs of these: a chain of all would be nested too deeply.
        while len(terms) > 1:
            paired = [call("_+_", "add_int64", *terms[at : at + 2]) for at in range(0, len(terms) - 1, 2)]
            terms = [*paired, *terms[len(paired) * 2 :]]
        return _Chunk(tuple(indexes), self._env.deserialize(write(terms[0], references)))


def _native(tree: Tree, placing: Placing) -> ast.expr | None:
    try:
        return Translation(tree, placing).run()
    except Untranslatable:
        return None


def _getter(names: Sequence[str]) -> Callable[[Mapping[str, FactValue]], Sequence[FactValue]]:
    """Reads these values, in this order; an `itemgetter` of one name gives no tuple, and there is none of no name."""
    return itemgetter(*names) if len(names) > 1 else lambda values: [values[name] for name in names]


def _reader(queries: Sequence[VelocityQuery], slot: Counted) -> tuple[int, Callable[[VelocityFigures], int]]:
    """Where the answer to a question about velocity is, and how it is read; raise `KeyError` when nobody asked it."""
    distinct = next((dimension for dimension in Dimension if dimension == slot.figure), None)
    for index, query in enumerate(queries):
        if (query.dimension, query.window) != (slot.dimension, slot.window):
            continue
        if distinct is None:
            return index, attrgetter(slot.figure)
        if distinct in query.distinct:
            return index, lambda figures: figures.distinct[distinct]
    raise KeyError(str(slot))
