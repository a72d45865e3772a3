"""A schema made to hurt: whatever a resolver may do wrong happens somewhere, at every depth and in every wrapping.

There is a field for every composite type in every combination of lists and non-nulls, and the same for leaves. How a
field is resolved follows from its name: by default from objects, mappings and dicts, through attributes and callables,
or by a resolver of its own, which is asynchronous in the asynchronous schema.
"""

# Resolvers are given what the schema has, which no type tells.
# pyright: reportUnknownLambdaType=false

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLDefaultInput,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    Undefined,
)

from tests.api.execution.strange import Colour, Unwritable, World, below, chance, failure, later, one_of

SEED = "seed"
_LEAVES = ("Int", "Float", "String", "ID", "Boolean", "Colour", "Odd")
_COMPOSITES = ("Node", "Grown", "Fruit", "Whatever", "Apple", "Stone")
_OBJECTS = {
    "Node": ("Apple", "Pear", "Stone"),
    "Grown": ("Apple", "Pear"),
    "Fruit": ("Apple", "Pear"),
    "Whatever": ("Apple", "Pear", "Stone"),
}


def _must(kind: Any) -> Any:
    return GraphQLNonNull(kind)


def _many(kind: Any) -> Any:
    return GraphQLList(kind)


_WRAPPINGS: dict[str, Any] = {
    "": lambda kind: kind,
    "Must": _must,
    "Many": _many,
    "ManyMust": lambda kind: _many(_must(kind)),
    "MustMany": lambda kind: _must(_many(kind)),
    "AllMust": lambda kind: _must(_many(_must(kind))),
    "Grid": lambda kind: _many(_many(kind)),
    "GridMust": lambda kind: _must(_many(_must(_many(_must(kind))))),
    "Cube": lambda kind: _many(_must(_many(_many(_must(kind))))),
}
_LEAF_WRAPPINGS = ("", "Must", "ManyMust")
# The root has few places where a null takes the whole answer away.
_ROOT_WRAPPINGS = ("", "Many", "ManyMust", "Grid", "Cube")


def adversarial_root(seed: int, *, asynchronous: bool) -> Any:
    """A root value."""
    return _maker(asynchronous=asynchronous).thing("Query", seed)


@cache
def adversarial_schema(*, asynchronous: bool) -> GraphQLSchema:
    """The schema, with resolvers that are asynchronous here and there, or all synchronous."""
    return _Types(asynchronous=asynchronous).schema()


class Thing:
    """An object whose attributes are made when they are asked for."""

    def __init__(self, maker: _Maker, typename: str, seed: int) -> None:
        self._maker = maker
        self.seed = seed
        # What graphql-core finds a type by, under the name that Python gives it.
        self.__typename = maker.typename(typename, seed)
        self._real = typename

    def __getattr__(self, name: str) -> Any:
        kind = self._maker.kinds(self._real).get(name)
        if kind is None:
            raise AttributeError(name)
        return self._maker.attribute(kind, below(self.seed, name))

    def __repr__(self) -> str:
        return f"<thing {self.seed}>"


class ThingMap(Mapping[str, Any]):
    """The same as a mapping that is no dict."""

    def __init__(self, maker: _Maker, typename: str, seed: int) -> None:
        self._maker = maker
        self._real = typename
        self._own = {SEED: seed, "__typename": maker.typename(typename, seed)}

    def __getitem__(self, name: str) -> Any:
        if name in self._own:
            return self._own[name]
        return self._maker.attribute(self._maker.kinds(self._real)[name], below(self._own[SEED], name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._own)

    def __len__(self) -> int:
        return len(self._own)

    def __repr__(self) -> str:
        return f"<map {self._own[SEED]}>"


class _Maker:
    """Makes objects of the three types in any guise."""

    def __init__(self, *, asynchronous: bool) -> None:
        self.world = World(self.make, asynchronous)
        self._schema: Any = adversarial_schema(asynchronous=asynchronous)
        self._kinds: dict[str, dict[str, Any]] = {}

    def kinds(self, typename: str) -> Mapping[str, Any]:
        """The types of an object's fields."""
        if typename not in self._kinds:
            fields: dict[str, GraphQLField] = self._schema.get_type(typename).fields
            self._kinds[typename] = {name: field.type for name, field in fields.items()}
        return self._kinds[typename]

    def make(self, name: str, seed: int) -> Any:
        """An object for a place of that type."""
        choices = _OBJECTS.get(name, (name,))
        return self.thing(choices[seed % len(choices)], seed)

    def thing(self, typename: str, seed: int) -> Any:
        """An object of a type."""
        if chance(seed, "other") < 0.01:
            return [5, "text", {}, object][seed % 4]
        guise = below(seed, "guise") % 4
        if guise == 0:
            return ThingMap(self, typename, seed)
        if guise == 1:
            return self._dict(typename, seed)
        return Thing(self, typename, seed)

    def typename(self, typename: str, seed: int) -> Any:
        """What an object says it is."""
        if chance(seed, "typename") < 0.04:
            return ["Nothing", "Colour", "Query", "", 5, None][seed % 6]
        return typename

    def attribute(self, kind: Any, seed: int) -> Any:
        """What stands under a name: a value, something that is called for it, or an exception that is raised."""
        if chance(seed, "attribute") < 0.01:
            raise failure(seed)
        return self._called(kind, seed) if seed % 2 else self.world.value(kind, seed)

    def _called(self, kind: Any, seed: int) -> Any:
        def call(_info: Any, **arguments: Any) -> Any:
            return self.value(kind, below(seed, sorted(arguments.items())))

        return call

    def _dict(self, typename: str, seed: int) -> dict[str, Any]:
        fields: dict[str, Any] = {
            name: self._called(kind, below(seed, name)) for name, kind in self.kinds(typename).items()
        }
        return {**fields, SEED: seed, "__typename": self.typename(typename, seed)}

    def value(self, kind: Any, seed: int) -> Any:
        """What a resolver returns: the value, or something to wait for; what it raises."""
        if chance(seed, "raises") < 0.02:
            raise failure(seed)
        value = self.world.value(kind, seed)
        return later(value, seed) if self.world.waits and chance(seed, "resolves later") < 0.4 else value


@cache
def _maker(*, asynchronous: bool) -> _Maker:
    return _Maker(asynchronous=asynchronous)


def seed_of(source: Any) -> int:
    """The seed of an object in any guise."""
    return source[SEED] if isinstance(source, Mapping) else getattr(source, SEED, 0)


class _Types:
    """All types of one of the two schemas."""

    def __init__(self, *, asynchronous: bool) -> None:
        self._asynchronous = asynchronous
        self._named: dict[str, Any] = {
            "Int": GraphQLInt,
            "Float": GraphQLFloat,
            "String": GraphQLString,
            "ID": GraphQLID,
            "Boolean": GraphQLBoolean,
            "Colour": GraphQLEnumType("Colour", Colour, names_as_values=None),
            "Odd": GraphQLScalarType("Odd", coerce_output_value=_written, coerce_input_value=_read),
        }
        self._arguments = _arguments(self._named)

    def schema(self) -> GraphQLSchema:
        named = self._named
        named["Node"] = GraphQLInterfaceType("Node", self._shared, resolve_type=self._resolve_type)
        named["Grown"] = GraphQLInterfaceType(
            "Grown", lambda: {**self._shared(), "ripe": GraphQLField(GraphQLBoolean)}, [named["Node"]]
        )
        named["Apple"] = self._object("Apple", ["Node", "Grown"], self._is_apple)
        named["Pear"] = self._object("Pear", ["Node", "Grown"], None)
        named["Stone"] = self._object("Stone", ["Node"], self._is_stone)
        named["Fruit"] = GraphQLUnionType("Fruit", [named["Apple"], named["Pear"]])
        named["Whatever"] = GraphQLUnionType(
            "Whatever", [named["Stone"], named["Apple"], named["Pear"]], self._resolve_type
        )
        query = GraphQLObjectType("Query", lambda: self._fields("Query", _ROOT_WRAPPINGS))
        mutation = GraphQLObjectType("Mutation", lambda: self._fields("Mutation", ("", "Must", "Many")))
        return GraphQLSchema(query, mutation, types=[named["Pear"]])

    def _object(self, name: str, interfaces: list[str], is_type_of: Any) -> GraphQLObjectType:
        def fields() -> dict[str, GraphQLField]:
            own = self._shared(name)
            if "Grown" in interfaces:
                own["ripe"] = self._field(name, "ripe", GraphQLBoolean)
            own[f"only{name}"] = self._field(name, f"only{name}", GraphQLString)
            own["differs"] = self._field(name, "differs", GraphQLInt if name == "Stone" else GraphQLString)
            return own

        return GraphQLObjectType(name, fields, [self._named[each] for each in interfaces], is_type_of)

    def _shared(self, name: str = "") -> dict[str, GraphQLField]:
        return self._fields(name, tuple(_WRAPPINGS))

    def _fields(self, owner: str, wrappings: tuple[str, ...]) -> dict[str, GraphQLField]:
        kinds = {
            f"{name.lower()}{suffix}": _WRAPPINGS[suffix](self._named[name])
            for name in _COMPOSITES
            for suffix in wrappings
        }
        for name in _LEAVES:
            kinds |= {f"{name.lower()}{suffix}": _WRAPPINGS[suffix](self._named[name]) for suffix in _LEAF_WRAPPINGS}
        kinds |= {f"int{suffix}": _WRAPPINGS[suffix](GraphQLInt) for suffix in wrappings}
        kinds["echo"] = kinds["echoMust"] = GraphQLString
        return {name: self._field(owner, name, kind) for name, kind in kinds.items()}

    def _field(self, owner: str, name: str, kind: Any) -> GraphQLField:
        if name.startswith("echo"):
            return GraphQLField(kind, self._arguments, resolve=_echo)
        # An argument here and there: most fields have none.
        arguments = {"salt": GraphQLArgument(GraphQLInt)} if below(0, name) % 3 == 0 else None
        resolve = self._resolver(name, kind) if below(0, owner, name) % 3 == 0 else None
        return GraphQLField(kind, arguments, resolve=resolve)

    def _resolver(self, name: str, kind: Any) -> Any:
        def resolve(source: Any, _info: Any, **arguments: Any) -> Any:
            made_of = below(seed_of(source), name, sorted(arguments.items()))
            return _maker(asynchronous=self._asynchronous).value(kind, made_of)

        async def resolve_later(source: Any, info: Any, **arguments: Any) -> Any:
            value = resolve(source, info, **arguments)
            return await value if hasattr(value, "__await__") else value

        return resolve_later if self._asynchronous and below(0, name) % 2 else resolve

    def _resolve_type(self, source: Any, _info: Any, kind: Any) -> Any:
        seed = seed_of(source)
        choices = _OBJECTS[kind.name]
        wrong = ["Nothing", "Colour", "Query", "Pear", "", 5, None, Thing]
        name = one_of(seed, "type", [choices[seed % len(choices)]] * 40 + wrong)
        return self._told(name, seed)

    def _is_apple(self, source: Any, _info: Any) -> Any:
        seed = seed_of(source)
        return self._told(one_of(seed, "apple", [True, True, True, False]), seed)

    def _is_stone(self, source: Any, _info: Any) -> Any:
        seed = seed_of(source)
        return self._told(one_of(seed, "stone", [True, True, 1, 0, None, []]), seed)

    def _told(self, verdict: Any, seed: int) -> Any:
        if chance(seed, "untold") < 0.01:
            raise failure(seed)
        return later(verdict, seed) if self._asynchronous and chance(seed, "told later") < 0.3 else verdict


def _arguments(named: dict[str, Any]) -> dict[str, GraphQLArgument]:
    """Arguments of every kind, with and without defaults, under other names inside."""
    inner = GraphQLInputObjectType(
        "Inner", {"x": GraphQLInputField(GraphQLFloat), "y": GraphQLInputField(GraphQLFloat)}, out_type=_Point
    )
    given: Any = GraphQLInputObjectType(
        "Given",
        lambda: {
            "flag": GraphQLInputField(GraphQLBoolean, default=GraphQLDefaultInput(value=True)),
            "names": GraphQLInputField(_many(_must(GraphQLString))),
            "colour": GraphQLInputField(named["Colour"]),
            "point": GraphQLInputField(inner),
            "deeper": GraphQLInputField(given, out_name="deeper_down"),
            "odd": GraphQLInputField(named["Odd"]),
        },
    )
    choice = GraphQLInputObjectType(
        "Choice", {"a": GraphQLInputField(GraphQLString), "b": GraphQLInputField(GraphQLInt)}, is_one_of=True
    )
    default = GraphQLDefaultInput(value=3)
    return {
        "number": GraphQLArgument(GraphQLInt, default=default),
        "needed": GraphQLArgument(_must(GraphQLInt), default=default),
        "text": GraphQLArgument(GraphQLString, out_name="some_text"),
        "ids": GraphQLArgument(_many(_many(GraphQLID))),
        "colours": GraphQLArgument(_many(_must(named["Colour"]))),
        "given": GraphQLArgument(given),
        "choice": GraphQLArgument(choice),
        "odd": GraphQLArgument(named["Odd"]),
    }


class _Point(dict[str, Any]):
    """What an input object becomes."""


def _echo(_source: Any, _info: Any, **arguments: Any) -> str:
    return f"{_Point.__name__ if isinstance(arguments.get('given'), _Point) else ''}{arguments!r}"


def _written(value: Any) -> Any:
    if not isinstance(value, Unwritable):
        return value
    match value.how:
        case "raise":
            raise RuntimeError("unwritable")
        case "tell":
            raise GraphQLError("unwritable", extensions={"code": "UNWRITABLE"})
        case "stop":
            raise StopIteration
        case "none":
            return None
        case _:
            return Undefined


def _read(value: Any) -> Any:
    if value == "raise":
        raise ValueError("unreadable")
    if value == "tell":
        raise GraphQLError("unreadable", extensions={"code": "UNREADABLE"})
    return (value,)
