"""How a field is read from all objects of a level: the ways of Strawberry, and graphql-core's for all others."""

from __future__ import annotations

from inspect import getattr_static
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from graphql import default_field_resolver
from graphql.execution.values import get_argument_values
from strawberry.exceptions import WrongNumberOfResultsReturned
from strawberry.types import Info

from api.derivation import DERIVATION, Derivation
from api.execution.arguments import arguments_of
from api.fields import BATCH, TAKES

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import FieldNode, GraphQLField
    from strawberry import Schema
    from strawberry.types.field import StrawberryField

    from api.execution.executor import Run
    from api.execution.places import Column
    from api.execution.plan import Reader


class Typename:
    """`__typename`."""

    waits = False
    unsure = False

    def __init__(self, name: str) -> None:
        self.name = name

    def read(self, objects: list[Any], _column: Column, _run: Run) -> list[Any]:
        """The same for all."""
        return [self.name] * len(objects)


class Attribute:
    """A plain attribute, or what follows from such."""

    waits = False
    unsure = False

    def __init__(self, name: str, derivation: Derivation | None, own: object) -> None:
        self.derivation = derivation or Derivation(paths=(name,))
        self._name = name
        # The property that the derivation stands for; a class below may have another in its place.
        self._own = own if derivation else None
        self._derive = self.derivation.reader()
        self._get = attrgetter(name)

    @property
    def is_derived(self) -> bool:
        """Whether somebody has said what it follows from."""
        return self._own is not None

    def holds_for(self, kind: type) -> bool:
        """Whether instances of a class have the attribute that the derivation tells of."""
        return self._own is None or getattr_static(kind, self._name, None) is self._own

    def read(self, objects: list[Any], _column: Column, _run: Run) -> list[Any]:
        """In one pass."""
        derives = self._own is not None and all(map(self.holds_for, set(map(type, objects))))
        return _outcomes(self._derive if derives else self._get, objects)


class Method:
    """A method without arguments, which may want to be told where it is called."""

    waits = False
    unsure = True

    def __init__(self, field: StrawberryField, function: Callable[..., Any], info_name: str | None) -> None:
        self._field = field
        self._function = function
        self._info_name = info_name

    def read(self, objects: list[Any], column: Column, run: Run) -> list[Any]:
        """A call for each object."""
        function, name = self._function, self._info_name
        if name is None:
            return _outcomes(function, objects)
        return [
            _outcome(function, each, **{name: Info(_raw_info=run.info(column, index), _field=self._field)})
            for index, each in enumerate(objects)
        ]


class Batch:
    """A batched field: one call for the whole level; what it raises is the error of every object.

    `takes` are the paths to all that it takes of its objects, if that is known.
    """

    waits = True
    unsure = False

    def __init__(self, field: StrawberryField, node: FieldNode, definition: GraphQLField, schema: Schema) -> None:
        self.takes: tuple[str, ...] = field.metadata.get(TAKES, ())
        self._read = field.metadata[BATCH]
        self._node = node
        self._definition = definition
        self._arguments = arguments_of(field, schema)

    async def read(self, objects: list[Any], column: Column, run: Run) -> list[Any]:
        """What the batch function gives."""
        try:
            arguments = self._arguments(get_argument_values(self._definition, self._node, run.variables))
            values = list(await self._read(objects, run.context, column.field.asked, **arguments))
            if len(values) != len(objects):
                raise WrongNumberOfResultsReturned(expected=len(objects), received=len(values))  # noqa: TRY301
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the error of all
            return [error] * len(objects)
        return values


class Resolver:
    """Any other resolver: called as graphql-core does, but with arguments that are read once for the level."""

    unsure = True

    def __init__(self, node: FieldNode, definition: GraphQLField, *, waits: bool) -> None:
        self.waits = waits
        self._node = node
        self._definition = definition
        self._resolve = definition.resolve or default_field_resolver

    def read(self, objects: list[Any], column: Column, run: Run) -> list[Any]:
        """A call for each object; what has to be awaited is among the values."""
        try:
            arguments = get_argument_values(self._definition, self._node, run.variables)
        except Exception as error:  # noqa: BLE001 - a scalar may raise anything
            return [error] * len(objects)
        return [
            _outcome(self._resolve, each, run.info(column, index), **arguments) for index, each in enumerate(objects)
        ]


def reader_of(node: FieldNode, definition: GraphQLField, schema: Schema | None) -> Reader:
    """The fastest way to read a field that means the same as its resolver; `schema` is Strawberry's, if any."""
    field: StrawberryField | None = definition.extensions.get("strawberry-definition")
    if field is None or schema is None or _is_special(schema):
        return Resolver(node, definition, waits=False)
    if BATCH in field.metadata:
        return Batch(field, node, definition, schema)
    if field.is_basic_field and field.default_resolver is getattr:
        return Attribute(field.python_name, field.metadata.get(DERIVATION), field.default)
    return _method(field) or Resolver(node, definition, waits=field.is_async)


def _method(field: StrawberryField) -> Method | None:
    resolver = field.base_resolver
    if resolver is None or field.extensions or field.is_async or resolver.arguments or not resolver.self_parameter:
        return None
    reserved = {parameter for parameter in resolver.reserved_parameters.values() if parameter is not None}
    others = reserved - {resolver.self_parameter, resolver.info_parameter}
    if others or not callable(resolver.wrapped_func):
        return None
    return Method(field, resolver.wrapped_func, resolver.info_parameter.name if resolver.info_parameter else None)


def _is_special(schema: Schema) -> bool:
    """Whether Strawberry does more for a field than to call its resolver."""
    return bool(getattr(schema.schema_converter, "_exception_handler_specs", None))


def _outcomes(function: Callable[[Any], Any], objects: list[Any]) -> list[Any]:
    """What a function gives for each object, or what it raises; no object is asked twice."""
    values: list[Any] = []
    rest = iter(objects)
    while len(values) < len(objects):
        try:
            values.extend(map(function, rest))
        except Exception as error:  # noqa: BLE001 - whatever it raises is that one object's error
            values.append(error)
        else:
            # A function that raises StopIteration ends the loop of `extend` in silence.
            values += [StopIteration()] * (len(values) < len(objects))
    return values


def _outcome(function: Callable[..., Any], *given: Any, **named: Any) -> Any:  # noqa: ANN401 - any resolver
    try:
        return function(*given, **named)
    except Exception as error:  # noqa: BLE001 - whatever a resolver raises is that value's error
        return error
