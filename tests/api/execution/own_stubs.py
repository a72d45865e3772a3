"""Our own schema without anything behind it: every field gives a value of its type, or now and then something wrong."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, GraphQLUnionType, build_schema

from api.schema import sdl
from tests.api.execution.strange import World, below

_WRONG = 0.1


@dataclass(frozen=True, slots=True)
class Made:
    """An object of a type; what its fields are follows from its seed."""

    typename: str
    seed: int


@cache
def stubbed_schema() -> GraphQLSchema:
    """The schema as its SDL has it, with stubs for resolvers."""
    schema = build_schema(sdl())
    world = World(lambda name, seed: _make(schema, name, seed), waits=False, wrong=_WRONG)

    def resolve(source: Made, info: Any, **arguments: Any) -> Any:
        seed = below(source.seed, info.field_name, sorted(arguments.items()))
        return world.value(info.return_type, seed)

    def resolve_type(source: Made, _info: Any, _kind: Any) -> str:
        return source.typename

    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for field in kind.fields.values():
                field.resolve = resolve
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            kind.resolve_type = resolve_type
    return schema


def _make(schema: GraphQLSchema, name: str, seed: int) -> Made:
    kind: Any = schema.get_type(name)
    choices = [kind] if isinstance(kind, GraphQLObjectType) else schema.get_possible_types(kind)
    return Made(choices[seed % len(choices)].name, seed)
