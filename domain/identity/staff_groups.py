"""The provider's groups, and the staff roles that they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from domain.identity.permission import StaffRole


def roles_of_groups(groups: Iterable[str], meaning: Mapping[str, StaffRole]) -> frozenset[StaffRole]:
    """The roles of the groups that mean one; other groups mean nothing here."""
    return frozenset(meaning[group] for group in groups if group in meaning)
