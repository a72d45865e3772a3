"""Whether the payment that a gateway names is known, as a condition of statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists

from adapters.postgres.payments.tables import payments

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table


def payment_is_known(kept: Table) -> ColumnElement[bool]:
    """Of a row that has a gateway's reference of a payment."""
    return (
        exists()
        .where(payments.c.gateway_reference == kept.c.payment_reference, payments.c.gateway == kept.c.gateway)
        .correlate(kept)
    )
