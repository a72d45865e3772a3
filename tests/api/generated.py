"""Requests made from the schema: every place of every argument, and a request that fills just that place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_required_argument,
    is_required_input_field,
)

from tests.api.graph import CORE, document_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.api.graph import Json

_VALUES: dict[str, Any] = {
    "String": "words",
    "Int": 1,
    "BigInt": "1",
    "Boolean": True,
    "Decimal": "1.00",
    "CurrencyCode": "EUR",
    "CountryCode": "DE",
    "DateTime": "2026-03-02T09:00:00Z",
    "Date": "2026-03-02",
    "ID": "pay_01h455vb4pex5vsknk084sn02q",
}
_NAMED = {
    "email": "ada@example.com",
    "percentage": "1.4",
    "disputeId": "dsp_01h455vb4pex5vsknk084sn02q",
    "earlyFraudWarningId": "efw_01h455vb4pex5vsknk084sn02q",
    "fileId": "evd_01h455vb4pex5vsknk084sn02q",
    "reviewId": "rev_01h455vb4pex5vsknk084sn02q",
    "reviewIds": ["rev_01h455vb4pex5vsknk084sn02q"],
    "ruleId": "rul_01h455vb4pex5vsknk084sn02q",
    "ruleIds": ["rul_01h455vb4pex5vsknk084sn02q"],
    "backtestId": "bkt_01h455vb4pex5vsknk084sn02q",
    "bankAccountId": "bac_01h455vb4pex5vsknk084sn02q",
    "payoutId": "pyo_01h455vb4pex5vsknk084sn02q",
    "importId": "imp_01h455vb4pex5vsknk084sn02q",
    "itemId": "rec_01h455vb4pex5vsknk084sn02q",
    "settlementId": "stl_01h455vb4pex5vsknk084sn02q",
    "accountNumber": "DE89370400440532013000",
    "listName": "blocked_emails",
    "values": ["mary@example.com"],
    "expression": "payment.amount_minor > 50000",
    # No further back than backtests look.
    "since": (datetime.now(UTC) - timedelta(days=1)).isoformat(),
    "contentType": "application/pdf",
    "sha256": "0" * 64,
}
_SELECTIONS = {
    "ApprovalPolicy": "action",
    "Balance": "currency pending { amount }",
    "DisputePolicy": "categories",
    "DisputeStats": "byStatus { count }",
    "FraudList": "name",
    "Job": "name",
    "FraudReviewStats": "counts { count }",
    "FraudRuleCheck": "valid error { line }",
    "ReconciliationItemTotal": "count",
    "RemittanceTotal": "count",
    "ScoreThresholds": "reviewAt",
    "StatementImportTotal": "count",
    "SettlementAccount": "currency",
    "SettlementPreview": "number",
    "SettlementTotals": "counts { count }",
    "KeptDisputeNotice": "__typename state",
    "ReasonCode": "code",
    "Viewer": "realm",
    "PayoutTotal": "count",
    "PayoutPolicy": "currency",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place for a value in the arguments of a field of Query or Mutation; `path` is as errors name it."""

    field: str
    mutates: bool
    path: tuple[str, ...]
    scalar: str
    document: str
    build: Callable[[Any], Json]

    def __str__(self) -> str:
        return ".".join((self.field, *self.path))


def places(*scalars: str) -> list[Place]:
    """Every place for these scalars in the arguments of all queries and mutations."""
    return [place for place in _places() if place.scalar in scalars]


def minimal(mutation: str) -> Json:
    """The variables of a mutation with only what the schema requires."""
    return {"input": _required(CORE.mutation_type.fields[mutation].args["input"].type)}


def required(query: str) -> Json:
    """The same of a query: the arguments that the schema requires."""
    return _required_arguments(CORE.query_type.fields[query])


def query_document(name: str) -> str:
    """A document that asks one field of Query for little; its arguments are variables of the same names."""
    field = CORE.query_type.fields[name]
    declared = ", ".join(f"${argument}: {given.type}" for argument, given in field.args.items())
    given = ", ".join(f"{argument}: ${argument}" for argument in field.args)
    kind = get_named_type(field.type)
    listed = kind.name.endswith("Connection")
    row = get_named_type(kind.fields["nodes"].type) if listed else kind
    shown = _SELECTIONS.get(row.name, "__typename id")
    shown = f"nodes {{ {shown} }}" if listed else shown
    return f"query{f'({declared})' if declared else ''} {{ {name}{f'({given})' if given else ''} {{ {shown} }} }}"


def _places() -> Iterator[Place]:
    for name, field in CORE.mutation_type.fields.items():
        for path, scalar, build in _spots(field.args["input"].type):
            yield Place(
                field=name,
                mutates=True,
                path=("input", *path),
                scalar=scalar,
                document=document_of(name),
                build=lambda value, build=build: {"input": build(value)},
            )
    for name, field in CORE.query_type.fields.items():
        needed = _required_arguments(field)
        for argument, given in field.args.items():
            for path, scalar, build in _spots(given.type):
                yield Place(
                    field=name,
                    mutates=False,
                    path=(argument, *path),
                    scalar=scalar,
                    document=query_document(name),
                    build=lambda value, build=build, argument=argument, needed=needed: {
                        **needed,
                        argument: build(value),
                    },
                )


def _spots(kind: Any) -> Iterator[tuple[tuple[str, ...], str, Callable[[Any], Any]]]:
    if isinstance(kind, GraphQLNonNull):
        yield from _spots(kind.of_type)
    elif isinstance(kind, GraphQLList):
        for path, scalar, build in _spots(kind.of_type):
            yield ("0", *path), scalar, lambda value, build=build: [build(value)]
    elif isinstance(kind, GraphQLInputObjectType):
        for name, field in kind.fields.items():
            for path, scalar, build in _spots(field.type):
                yield (
                    (name, *path),
                    scalar,
                    lambda value, build=build, name=name: {**_fields(kind), name: build(value)},
                )
    else:
        yield (), kind.name, lambda value: value


def _required_arguments(field: Any) -> Json:
    arguments = {name: given.type for name, given in field.args.items() if is_required_argument(given)}
    return {name: _NAMED.get(name) or _required(kind) for name, kind in arguments.items()}


def _one_of(kind: GraphQLInputObjectType) -> bool:
    return kind.extensions["strawberry-definition"].is_one_of


def _fields(kind: GraphQLInputObjectType) -> Json:
    return {
        name: _NAMED.get(name) or (uuid4().hex if name == "idempotencyKey" else _required(field.type))
        for name, field in kind.fields.items()
        if is_required_input_field(field)
    }


def _required(kind: Any) -> Any:
    if isinstance(kind, GraphQLNonNull):
        return _required(kind.of_type)
    if isinstance(kind, GraphQLList):
        return [_required(kind.of_type)]
    if isinstance(kind, GraphQLInputObjectType):
        return {"token": "tok_visa"} if _one_of(kind) else _fields(kind)
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    return _VALUES[kind.name]
