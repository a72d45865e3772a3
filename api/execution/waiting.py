"""Waiting for several things at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Coroutine, Sequence


async def together(work: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
    """The outcomes of all, which run at the same time. When one is cut short, so are the others."""
    if not work:
        return []
    if len(work) == 1:
        return [await work[0]]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each) for each in work]
    return [task.result() for task in tasks]


async def caught(value: Awaitable[Any]) -> Any:  # noqa: ANN401 - a value of a field
    """What comes, or the exception that comes instead."""
    try:
        return await value
    except Exception as error:  # noqa: BLE001 - whatever a resolver raises is that value's error
        return error
