"""Column types and columns that many tables share."""

from __future__ import annotations

from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import UserDefinedType


class Xid8(UserDefinedType[str]):
    """The id of a transaction; it only ever compares inside PostgreSQL."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:  # noqa: ANN401 - SQLAlchemy's signature
        """The type's name in DDL."""
        return "XID8"


def uuid(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """A UUID column."""
    return sa.Column(name, UUID(as_uuid=True), nullable=nullable)


def text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """A text column."""
    return sa.Column(name, sa.Text, nullable=nullable)


def minor(name: str) -> sa.Column[Any]:
    """An amount in minor units."""
    return sa.Column(name, sa.BigInteger, nullable=False)


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """A point in time."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def flag(name: str) -> sa.Column[Any]:
    """Yes or no."""
    return sa.Column(name, sa.Boolean, nullable=False)


def xid() -> sa.Column[Any]:
    """The transaction that wrote the row."""
    return sa.Column("xid", Xid8, nullable=False, server_default=sa.text("pg_current_xact_id()"))


def tenant_key(table: str) -> tuple[sa.Column[Any], sa.Column[Any], sa.PrimaryKeyConstraint]:
    """Merchant first, then the row's own id: a key by which the schema can be distributed."""
    return uuid("merchant_id"), uuid("id"), sa.PrimaryKeyConstraint("merchant_id", "id", name=f"pk_{table}")


# So that reflection, with which migrations are compared, knows the type too.
cast("dict[str, type[Any]]", ischema_names)["xid8"] = Xid8
