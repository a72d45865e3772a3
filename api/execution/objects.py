"""Objects, interfaces and unions: what is below them is selected once for all objects of a type."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from graphql import default_type_resolver
from graphql.execution.collect_fields import FieldDetails
from graphql.execution.executor import invalid_return_type_error
from graphql.pyutils import is_awaitable

from api.execution.places import Some, column_of
from api.execution.values import is_ordinary, settled
from api.execution.waiting import caught, together

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from graphql import GraphQLAbstractType, GraphQLNamedType, GraphQLObjectType

    from api.execution.executor import Run
    from api.execution.places import Place
    from api.execution.plan import Selection

_NONE = type(None)


class ObjectOf:
    """Completes objects of one type."""

    def __init__(self, type_: GraphQLObjectType, selection: Selection, *, nullable: bool) -> None:
        self.nullable = nullable
        self.waits = selection.waits
        self._type = type_
        self.selection = selection
        # Classes whose instances have been seen to be of this type.
        self.known: set[type] = {_NONE} if nullable else set()

    async def complete(self, values: list[Any], place: Place, run: Run) -> list[Any]:
        """An answer's object for each."""
        kinds = set(map(type, values))
        if not kinds <= self.known:
            values = await _checked(await settled(values, place, run), [self._type] * len(values), place, run)
            kinds = set(map(type, values))
            self.known |= {kind for kind in kinds if _is_settled_by_class(kind, (self._type,))}
        if _NONE not in kinds:
            return await run.select(self.selection, values, place)
        chosen = [index for index, value in enumerate(values) if value is not None]
        return await _spread(self.selection, values, chosen, place, run, [None] * len(values))


class AbstractOf:
    """Completes objects of an interface or a union; `selection_of` tells what is asked of each of its types."""

    # A type is compiled when its first object comes; whether that has something to wait for is not known before.
    waits = True

    def __init__(
        self,
        type_: GraphQLAbstractType,
        possible: Sequence[GraphQLObjectType],
        selection_of: Callable[[GraphQLObjectType], Selection],
        *,
        nullable: bool,
    ) -> None:
        self.nullable = nullable
        self._type = type_
        self._possible = possible
        self._selection_of = selection_of
        # Classes whose instances have been seen to be of one of the types.
        self._known: dict[type, GraphQLObjectType | None] = {_NONE: None} if nullable else {}

    async def complete(self, values: list[Any], place: Place, run: Run) -> list[Any]:
        """An answer's object for each, of whatever type it is."""
        if self._known.keys() >= set(map(type, values)):
            types = [self._known[type(value)] for value in values]
        else:
            values = await settled(values, place, run)
            types = await self._types_of(values, place, run)
            values = await _checked(values, types, place, run)
            self._learn(values, types)
        groups: defaultdict[GraphQLObjectType, list[int]] = defaultdict(list)
        for index, type_ in enumerate(types):
            if type_ is not None and values[index] is not None:
                groups[type_].append(index)
        done: list[Any] = [None] * len(values)
        await together(
            [_spread(self._selection_of(type_), values, chosen, place, run, done) for type_, chosen in groups.items()]
        )
        return done

    async def _types_of(self, values: list[Any], place: Place, run: Run) -> list[GraphQLObjectType | None]:
        outcomes: list[Any] = [
            None if value is None else self._resolved(value, place, index, run) for index, value in enumerate(values)
        ]
        awaited = [index for index, outcome in enumerate(outcomes) if is_awaitable(outcome)]
        for index, outcome in zip(awaited, await together([caught(outcomes[i]) for i in awaited]), strict=True):
            outcomes[index] = outcome
        return [
            None if values[index] is None else self._valid(outcome, values[index], place, index, run)
            for index, outcome in enumerate(outcomes)
        ]

    def _resolved(self, value: Any, place: Place, index: int, run: Run) -> Any:  # noqa: ANN401 - a name, or what gives one
        try:
            return (self._type.resolve_type or default_type_resolver)(value, run.info(place, index), self._type)
        except Exception as error:  # noqa: BLE001 - whatever it raises is that value's error
            return error

    def _valid(self, name: Any, value: Any, place: Place, index: int, run: Run) -> GraphQLObjectType | None:  # noqa: ANN401
        if isinstance(name, Exception):
            run.fail(place, index, name)
            return None
        try:
            return run.core.ensure_valid_runtime_type(
                name, self._type, _details(place, index), run.info(place, index), value
            )
        except Exception as error:  # noqa: BLE001 - as above
            run.fail(place, index, error)
            return None

    def _learn(self, values: list[Any], types: list[GraphQLObjectType | None]) -> None:
        for value, type_ in zip(values, types, strict=True):
            kind = type(value)
            if type_ is not None and value is not None and kind not in self._known:
                of_strawberry = _is_settled_by_class(kind, (self._type, *self._possible)) and _definition(self._type)
                if of_strawberry:
                    self._known[kind] = type_


async def _checked(values: list[Any], types: Sequence[GraphQLObjectType | None], place: Place, run: Run) -> list[Any]:
    """The values, with None and an error for each that its type says is none of it."""
    verdicts: dict[int, Any] = {}
    for index, (value, type_) in enumerate(zip(values, types, strict=True)):
        if value is not None and type_ is not None and type_.is_type_of is not None:
            try:
                verdicts[index] = type_.is_type_of(value, run.info(place, index))
            except Exception as error:  # noqa: BLE001 - as all that a type says
                verdicts[index] = error
    awaited: list[tuple[int, Awaitable[Any]]] = [
        (i, verdict) for i, verdict in verdicts.items() if is_awaitable(verdict)
    ]
    for (index, _), verdict in zip(awaited, await together([caught(one) for _, one in awaited]), strict=True):
        verdicts[index] = verdict
    for index, verdict in verdicts.items():
        type_ = types[index]
        if isinstance(verdict, Exception):
            run.fail(place, index, verdict)
        elif not verdict and type_ is not None:
            run.fail(place, index, invalid_return_type_error(type_, values[index], _details(place, index)))
        else:
            continue
        values[index] = None
    return values


async def _spread(
    selection: Selection, values: list[Any], chosen: list[int], place: Place, run: Run, done: list[Any]
) -> list[Any]:
    """Select from the chosen values, and put each answer where its value stands."""
    answers = await run.select(selection, [values[index] for index in chosen], Some(place, chosen))
    for index, answer in zip(chosen, answers, strict=True):
        done[index] = answer
    return done


def _details(place: Place, index: int) -> list[FieldDetails]:
    return [FieldDetails(node, None) for node in column_of(place, index)[0].field.nodes]


def _is_settled_by_class(kind: type, types: Sequence[GraphQLNamedType]) -> bool:
    """Whether the class alone decides that its instances are of a type.

    So it is where nobody asks (`is_type_of`), and where Strawberry asks for the class: for instances of its own types,
    unless these are generic or a type decides by a function of its own.
    """
    if not is_ordinary(kind):
        return False
    if all(getattr(type_, "is_type_of", None) is None and not hasattr(type_, "resolve_type") for type_ in types):
        return True
    definition = getattr(kind, "__strawberry_definition__", None)
    return (
        definition is not None
        and not definition.is_graphql_generic
        and all(_decides_by_class(_definition(type_)) for type_ in types)
    )


def _decides_by_class(definition: Any) -> bool:  # noqa: ANN401 - Strawberry's, of an object, an interface or a union
    if definition is None:
        return False
    own = (getattr(definition, "is_type_of", None), getattr(definition, "resolve_type", None))
    return own == (None, None) and getattr(definition, "concrete_of", None) is None


def _definition(type_: GraphQLNamedType) -> Any:  # noqa: ANN401 - as above
    return type_.extensions.get("strawberry-definition")
