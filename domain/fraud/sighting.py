"""What is asked of storage for one payment, and what is seen there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.fraud.list_kind import ListKind
    from domain.fraud.velocity import VelocityFigures, VelocityQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`everywhere` is counted over all merchants, for the platform's rules; `here` at the payment's own.

    `values` are what lists may have of the payment, by kind; of an IP address, lists may also have its networks.
    """

    everywhere: frozenset[VelocityQuery] = frozenset()
    here: frozenset[VelocityQuery] = frozenset()
    values: Mapping[ListKind, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """`revisions` are those of the rule sets in force: the platform's and the merchant's.

    `listed` has, by author, the list and the payment's value (not the entry's network) of every list that has one and
    has not forgotten it.
    """

    revisions: tuple[int, int]
    everywhere: Mapping[VelocityQuery, VelocityFigures] = field(default_factory=dict)
    here: Mapping[VelocityQuery, VelocityFigures] = field(default_factory=dict)
    listed: Mapping[UUID, frozenset[tuple[str, str]]] = field(default_factory=dict)
