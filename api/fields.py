"""How a field of the graph is declared: with the permission that it needs, and resolved for a whole level at once."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated, Any, get_args

import strawberry
from strawberry.dataloader import DataLoader
from strawberry.types import Info

from api.context import Context, reading
from api.describing import argument
from api.errors import as_user_error
from api.texts import check_input, check_texts
from domain.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from api.context import Asked
    from domain.identity.permission import Permission

BATCH = "batch"
PERMISSION = "permission"
TAKES = "takes"
PUBLIC = {PERMISSION: None}
"""For what every viewer may ask; whatever it shows is checked where it is read."""


def query(permission: Permission, description: str) -> Callable[[Callable[..., Awaitable[Any]]], Any]:
    """A field of Query: `async def payments(reading: Reading, first: int | None) -> ...`."""

    def declare(read: Callable[..., Awaitable[Any]]) -> Any:  # noqa: ANN401 - Strawberry's field
        async def ask(context: Context, asked: Asked, /, **arguments: Any) -> Any:  # noqa: ANN401 - whatever the read gives
            scoped = reading(context, permission, asked)
            check_texts(arguments)
            async with context.turns:
                return await read(scoped, **arguments)

        return _root_field(ask, read, permission, description)

    return declare


def batched(
    permission: Permission, description: str, *takes: str
) -> Callable[[Callable[..., Awaitable[list[Any]]]], Any]:
    """A relation: `async def captures(payments: list[Payment], reading: Reading) -> list[list[Capture]]`.

    The function gets all parents of a level and gives their values in the same order; an exception among the values
    concerns its own parent only. The metadata `BATCH` is what an executor calls with a whole level, and with what the
    operation takes of the entities behind the values; graphql-core, which has no levels, has a DataLoader of the
    operation collect the parents. `takes` are the paths to all that the function takes of a parent (`entity.id`): a
    list whose fields all say so is read without the rest. Without any it may take everything.
    """

    def declare(read: Callable[..., Awaitable[list[Any]]]) -> Any:  # noqa: ANN401 - Strawberry's field
        async def of_level(parents: list[Any], context: Context, asked: Asked = None, /, **arguments: Any) -> list[Any]:  # noqa: ANN401
            scoped = reading(context, permission, asked)
            async with context.turns:
                return await read(parents, scoped, **arguments)

        async def resolve(self: object, info: Info, **arguments: Any) -> Any:  # noqa: ANN401
            return await _loader(info.context, of_level, arguments).load(self)

        metadata = {PERMISSION: permission, BATCH: of_level, TAKES: takes}
        return _field(resolve, read, 2, description, metadata, element=True)

    return declare


def mutation(permission: Permission, description: str) -> Callable[[Callable[..., Awaitable[Any]]], Any]:
    """A mutation: `async def create_payment(context: Context, input: CreatePaymentInput) -> CreatePaymentResult`.

    The domain's errors become members of the result's union; what no member stands for stays an error of the request.
    """

    def declare(change: Callable[..., Awaitable[Any]]) -> Any:  # noqa: ANN401 - Strawberry's field
        async def ask(context: Context, _: Asked, /, **arguments: Any) -> Any:  # noqa: ANN401 - a member of the union
            try:
                context.actor.scope(permission)
                check_input(arguments["input"])
                return await change(context, **arguments)
            except DomainError as error:
                return as_user_error(error)

        return _root_field(ask, change, permission, description)

    return declare


def _root_field(
    ask: Callable[..., Awaitable[Any]], declared: Callable[..., Any], permission: Permission, description: str
) -> Any:  # noqa: ANN401 - Strawberry's field
    """A field without a parent: a level of it is the one root object."""

    async def of_level(parents: list[Any], context: Context, asked: Asked = None, /, **arguments: Any) -> list[Any]:  # noqa: ANN401
        return [await ask(context, asked, **arguments) for _ in parents]

    async def resolve(info: Info, **arguments: Any) -> Any:  # noqa: ANN401
        return await ask(info.context, None, **arguments)

    return _field(resolve, declared, 1, description, {PERMISSION: permission, BATCH: of_level})


def _field(
    resolve: Callable[..., Any],
    declared: Callable[..., Any],
    own: int,
    description: str,
    metadata: dict[str, Any],
    *,
    element: bool = False,
) -> Any:  # noqa: ANN401 - Strawberry's field
    """Show Strawberry the declared arguments and type, and have it call `resolve`."""
    signature = inspect.signature(declared)
    own_parameters = list(inspect.signature(resolve).parameters.values())[:own]
    arguments = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=_described(parameter))
        for parameter in list(signature.parameters.values())[own:]
    ]
    returns = get_args(signature.return_annotation)[0] if element else signature.return_annotation
    info = [p.replace(annotation=Info) if p.name == "info" else p for p in own_parameters]
    resolve.__signature__ = inspect.Signature([*info, *arguments], return_annotation=returns)  # pyright: ignore[reportFunctionMemberAccess]
    resolve.__name__ = declared.__name__
    resolve.__module__ = declared.__module__
    resolve.__doc__ = declared.__doc__
    return strawberry.field(resolver=resolve, description=description, metadata=metadata)


def _described(parameter: inspect.Parameter) -> Any:  # noqa: ANN401 - an annotation
    """Arguments describe themselves, but for the one that every mutation has."""
    if parameter.name != "input":
        return parameter.annotation
    return Annotated[parameter.annotation, argument("What to do, and to what.")]


def _loader(context: Context, of_level: Callable[..., Awaitable[list[Any]]], arguments: dict[str, Any]) -> Any:  # noqa: ANN401 - a DataLoader of anything
    # By their text: lists and inputs have no hash.
    key = (of_level, repr(sorted(arguments.items())))
    loader = context.batches.get(key)
    if loader is None:

        async def load(parents: list[Any]) -> list[Any]:
            return await of_level(parents, context, **arguments)

        loader = context.batches[key] = DataLoader(load, cache=False)
    return loader
