"""What the schema should be: the tables as declared, and what of the database is compared with them."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

import adapters.postgres
from adapters.postgres.metadata import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection, MetaData


def declared_tables() -> MetaData:
    """The metadata after every context has declared its tables."""
    for package in pkgutil.iter_modules(adapters.postgres.__path__, "adapters.postgres."):
        if package.ispkg:
            try:
                importlib.import_module(f"{package.name}.tables")
            except ModuleNotFoundError as error:
                if error.name != f"{package.name}.tables":
                    raise
    return metadata


def comparison_options(connection: Connection) -> dict[str, Any]:
    """How Alembic compares this database with the declared tables."""
    partitions = set(connection.scalars(text("SELECT relname FROM pg_class WHERE relispartition")))

    def include_name(name: str | None, kind: str, _parents: object) -> bool:
        # Partitions are made by migrations and jobs as time goes on; the parent alone is declared.
        return kind != "table" or name not in partitions

    return {"include_name": include_name, "compare_type": True}
