"""WHERE clauses of small lists: conditions and their numbered arguments, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.postgres.keyset import Key, most_rows, position_of

if TYPE_CHECKING:
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest
    from domain.kernel.span import Span


class Conditions:
    """Collects conditions; each `{}` in one stands for the argument's number."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self.arguments: list[Any] = []

    def add(self, text: str, value: object) -> None:
        """One condition on one value; nothing when the value is empty."""
        if value is None:
            return
        self._texts.append(text.format(self.bind(value)))

    def bind(self, value: object) -> str:
        """The placeholder of a value."""
        self.arguments.append(value)
        return f"${len(self.arguments)}"

    def scope(self, scope: Scope, column: str = "merchant_id") -> None:
        """Only rows of the merchants within."""
        if scope.merchant_ids is not None:
            self.add(f"{column} = ANY ({{}}::uuid[])", list(scope.merchant_ids))

    def any_of(self, column: str, values: tuple[Any, ...] | None) -> None:
        """One of these texts."""
        self.add(f"{column} = ANY ({{}}::text[])", None if values is None else [str(value) for value in values])

    def span(self, column: str, span: Span[Any] | None, kind: str) -> None:
        """Within the span, of a PostgreSQL type."""
        if span is not None:
            for sign, bound in ((">=", span.gte), (">", span.gt), ("<=", span.lte), ("<", span.lt)):
                self.add(f"{column} {sign} {{}}::{kind}", bound)

    def __str__(self) -> str:
        """The conditions joined, for behind WHERE."""
        return " AND ".join(self._texts) or "true"


def newest_first(table: str, conditions: Conditions, request: PageRequest, *, ascending: bool = False) -> str:
    """One page of a table by id (the time is inside it), and one row more; raise `Invalid` for no cursor of ours."""
    upward = ascending != request.backward
    if request.cursor is not None:
        _, row_id = position_of(Key.ID, request.cursor, "before" if request.backward else "after")
        conditions.add(f"id {'>' if upward else '<'} {{}}::uuid", row_id)
    most = conditions.bind(request.limit + 1)
    direction = "ASC" if upward else "DESC"
    rows = f"SELECT * FROM {table} WHERE {conditions} ORDER BY id {direction} LIMIT {most_rows(request)}"  # noqa: S608 - values are bound
    return f"SELECT * FROM ({rows}) AS page ORDER BY id {direction} LIMIT {most}"  # noqa: S608 - as above
