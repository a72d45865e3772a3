"""What the graph needs to read of fraud; PostgreSQL satisfies each Protocol. No read goes without a Scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from domain.fraud.backtest import Backtest
    from domain.fraud.filter import ListEntryFilter, ReviewFilter, ReviewOrder, RuleFilter
    from domain.fraud.fraud_list import FraudList, ListEntry
    from domain.fraud.link import LinkedPayment, LinkSummary
    from domain.fraud.review import FraudReview
    from domain.fraud.review_note import ReviewNote
    from domain.fraud.rule import FraudRule, RuleVersion
    from domain.fraud.rule_set import RuleSet
    from domain.fraud.screening import Screening
    from domain.fraud.story import ReviewStoryLine
    from domain.fraud.velocity import Dimension
    from domain.identity.actor import Realm, Scope
    from domain.kernel.paging import PageRequest, Slice
    from domain.payments.payment import Payment


class ScreeningReads(Protocol):
    """What was found of payments, by the platform's rules and by the merchants' own."""

    async def screenings_of(self, scope: Scope, payments: Sequence[Payment]) -> Mapping[UUID, Screening]:
        """By the payments' ids; payments that nobody screened are left out."""
        ...


class RuleReads(Protocol):
    """Rules; a scope of all merchants has the platform's too, and no other scope has."""

    async def rules(self, scope: Scope, wanted: RuleFilter, request: PageRequest) -> Slice[FraudRule]:
        """One page, newest first."""
        ...

    async def rules_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, FraudRule]:
        """Those within the scope."""
        ...

    async def versions_of(self, scope: Scope, rules: Sequence[FraudRule]) -> list[list[RuleVersion]]:
        """All versions of each rule, newest first."""
        ...

    async def rule_sets(self, scope: Scope, merchant_ids: Collection[UUID]) -> Mapping[UUID, RuleSet]:
        """What is in force, by author (`PLATFORM` for the platform's); the empty set for whoever has none."""
        ...


class ListReads(Protocol):
    """Lists and entries."""

    async def lists(self, scope: Scope, merchant_id: UUID) -> list[tuple[FraudList, int]]:
        """All lists of an author, the standard ones first, each with how many entries it has."""
        ...

    async def entries(self, scope: Scope, wanted: ListEntryFilter, request: PageRequest) -> Slice[ListEntry]:
        """One page, newest first."""
        ...

    async def entries_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, ListEntry]:
        """Those within the scope."""
        ...


class ReviewReads(Protocol):
    """Reviews, their notes and stories."""

    async def reviews(
        self, scope: Scope, wanted: ReviewFilter, order: ReviewOrder, request: PageRequest
    ) -> Slice[FraudReview]:
        """One page; raise `Invalid` for a cursor that is none of this list's."""
        ...

    async def reviews_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, FraudReview]:
        """Those within the scope."""
        ...

    async def reviews_of(self, scope: Scope, payments: Sequence[Payment]) -> Mapping[UUID, FraudReview]:
        """By the payments' ids."""
        ...

    async def notes_of(self, scope: Scope, reviews: Sequence[FraudReview], realm: Realm) -> list[list[ReviewNote]]:
        """Of each review those that somebody of the realm may read, oldest first."""
        ...

    async def review_notes_by_id(self, scope: Scope, ids: Collection[UUID], realm: Realm) -> Mapping[UUID, ReviewNote]:
        """Those within the scope that somebody of the realm may read."""
        ...

    async def stories(
        self, scope: Scope, reviews: Sequence[FraudReview], request: PageRequest
    ) -> list[Slice[ReviewStoryLine]]:
        """One page of each review's events, oldest first, in one statement; a cursor is a line's sequence number.

        Raises `Invalid` for a cursor that is no whole number from 1 on.
        """
        ...

    async def story_lines(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, ReviewStoryLine]:
        """Events of reviews by id, of those within the scope; events of anything else are left out."""
        ...

    def review_cursor(self, review: FraudReview, order: ReviewOrder) -> str:
        """Where a review stands in a list of that order."""
        ...

    async def tally(self, scope: Scope, wanted: ReviewFilter) -> list[tuple[str, str, str, int, int]]:
        """Status, SLA stage (empty when decided), currency, how many, and the sum of their amounts in minor units."""
        ...


class LinkReads(Protocol):
    """What payments share."""

    async def links_of(
        self, scope: Scope, payments: Sequence[Payment], by: Collection[Dimension], request: PageRequest
    ) -> list[Slice[LinkedPayment]]:
        """Of each payment, one page of the others within the scope that share something with it, newest first.

        As many statements for one payment as for many.
        """
        ...

    async def link_summaries(
        self, scope: Scope, payments: Sequence[Payment], by: Collection[Dimension]
    ) -> list[list[LinkSummary]]:
        """Of each payment, one summary for each dimension of which it has a value."""
        ...


class BacktestReads(Protocol):
    """Backtests."""

    async def backtests(self, scope: Scope, rule_id: UUID | None, request: PageRequest) -> Slice[Backtest]:
        """One page, newest first; those of one rule, or all."""
        ...

    async def backtests_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, Backtest]:
        """Those within the scope."""
        ...


class FraudReads(ScreeningReads, RuleReads, ListReads, ReviewReads, LinkReads, BacktestReads, Protocol):
    """All of them."""

    def place(self, row: FraudRule | ListEntry | Backtest | LinkedPayment) -> str:
        """Where a row stands in a list that is in the order of ids, newest first; of links, the payment's id."""
        ...
