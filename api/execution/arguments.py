"""Coerced arguments as functions take them: what Strawberry decides for each value is decided once for each type."""

from __future__ import annotations

from dataclasses import MISSING
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from strawberry.relay.types import GlobalID
from strawberry.types.arguments import convert_arguments
from strawberry.types.base import StrawberryList, StrawberryMaybe, StrawberryOptional, has_object_definition
from strawberry.types.lazy_type import LazyType
from strawberry.types.unset import UNSET

if TYPE_CHECKING:
    from collections.abc import Callable

    from strawberry import Schema
    from strawberry.schema.config import StrawberryConfig
    from strawberry.types.field import StrawberryField

    Convert = Callable[[Any], Any]


class _Unusual(Exception):
    """A type that is left to Strawberry."""


@lru_cache(maxsize=4096)
def arguments_of(field: StrawberryField, schema: Schema) -> Convert:
    """A function from coerced values by their GraphQL names to keyword arguments, as Strawberry would make them."""
    converter = schema.schema_converter
    config = converter.config
    try:
        parts = [
            (config.name_converter.from_argument(argument), argument.python_name, _of(argument.type, config, ()))
            for argument in field.arguments
        ]
    except _Unusual:
        return lambda values: convert_arguments(values, field.arguments, converter.scalar_registry, config)
    return lambda values: {
        python_name: values[name] if convert is None else convert(values[name])
        for name, python_name, convert in parts
        if name in values
    }


def _of(kind: Any, config: StrawberryConfig, within: tuple[Any, ...]) -> Convert | None:  # noqa: ANN401 - any input type
    """What makes the value of a type; None when values stay as they are."""
    if isinstance(kind, StrawberryMaybe) or kind is GlobalID:
        raise _Unusual
    if isinstance(kind, StrawberryOptional):
        return _of(kind.of_type, config, within)
    if isinstance(kind, LazyType):
        return _of(kind.resolve_type(), config, within)
    if isinstance(kind, StrawberryList):
        convert = _of(kind.of_type, config, within)
        # Copied even when nothing changes: a default is the same list for all requests.
        return _unless_absent(list if convert is None else lambda values: [convert(value) for value in values])
    if has_object_definition(kind):
        if kind in within:
            raise _Unusual
        return _unless_absent(_input(kind, config, (*within, kind)))
    return None


def _unless_absent(convert: Convert) -> Convert:
    return lambda value: value if value is None or value is UNSET else convert(value)


def _input(kind: Any, config: StrawberryConfig, within: tuple[Any, ...]) -> Convert:  # noqa: ANN401 - an input class
    definition = kind.__strawberry_definition__
    if definition.from_input is not None or not definition.is_input:
        raise _Unusual
    fields = definition.fields
    missing = {f.python_name: None for f in fields if f.default_value is MISSING and f.default_factory is MISSING}
    parts = [
        (
            config.name_converter.from_field(field),
            field.python_name,
            _of(field.resolve_type(type_definition=definition), config, within),
        )
        for field in fields
    ]

    def convert(values: dict[str, Any]) -> Any:  # noqa: ANN401 - an input
        given: dict[str, Any] = dict(missing)
        for name, python_name, convert in parts:
            if name in values:
                given[python_name] = values[name] if convert is None else convert(values[name])
        return kind(**given)

    return convert
