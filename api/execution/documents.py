"""Documents that were parsed, measured and validated once, and are kept by their text while there is room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql import GraphQLError, OperationDefinitionNode, parse, validate

from api.execution.codes import Code
from api.execution.facts import facts_of
from api.execution.guard import check_document
from api.execution.recent import Recent

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLSchema

    from api.execution.facts import Facts
    from api.execution.guard import Limits

MOST_DOCUMENTS = 500
MOST_BYTES = 2 * 1024 * 1024


class DocumentRefused(Exception):
    """The text is not a document that may be executed; every error says why, and carries its code."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Document:
    """A valid document; `node` is its tree, `text_bytes` the length of its text."""

    node: DocumentNode
    text_bytes: int
    facts: Facts

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation of that name, or the only one; raise `DocumentRefused`."""
        operations = [node for node in self.node.definitions if isinstance(node, OperationDefinitionNode)]
        if name is None and len(operations) == 1:
            return operations[0]
        if name is None:
            raise _refused(
                f"This document has {len(operations)} operations; say in operationName which one to run."
                if operations
                else "This document has no operation to run."
            )
        for operation in operations:
            if operation.name is not None and operation.name.value == name:
                return operation
        message = f'This document has no operation named "{name}".'
        raise _refused(message)


class Documents:
    """The documents of one schema, least recently used forgotten first.

    Only valid ones are kept: whoever sends garbage must not push out what others use.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: Limits,
        *,
        introspection: bool,
        suggestions: bool,
        most_documents: int = MOST_DOCUMENTS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._schema = schema
        self._limits = limits
        self._introspection = introspection
        self._suggestions = suggestions
        self._kept: Recent[str, Document] = Recent(entries=most_documents, weight=most_bytes)

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def bytes_kept(self) -> int:
        """The length of all texts that are kept."""
        return self._kept.weight

    def read(self, text: str) -> Document:
        """The document of a text; raise `DocumentRefused`."""
        document = self._kept.get(text)
        if document is None:
            document = self._read(text)
            self._kept.keep(text, document, document.text_bytes)
        return document

    def _read(self, text: str) -> Document:
        # Half surrogates have no UTF-8 form; the parser refuses them by name.
        text_bytes = len(text.encode("utf-8", "surrogatepass"))
        if text_bytes > self._limits.text_bytes:
            message = f"This query has {text_bytes} bytes; at most {self._limits.text_bytes} are allowed."
            raise _refused(message, Code.QUERY_TOO_COMPLEX)
        node = self._parse(text)
        try:
            introspects = check_document(node, self._limits)
        except GraphQLError as error:
            raise DocumentRefused([error]) from None
        if introspects and not self._introspection:
            message = "Introspection is off here; the schema is published as a file."
            raise _refused(message)
        errors = validate(
            self._schema,
            node,
            # One more says that there were more.
            max_errors=self._limits.validation_errors - 1,
            hide_suggestions=not self._suggestions,
        )
        if errors:
            raise DocumentRefused([_coded(error) for error in errors])
        return Document(node=node, text_bytes=text_bytes, facts=facts_of(node))

    def _parse(self, text: str) -> DocumentNode:
        try:
            return parse(text, max_tokens=self._limits.tokens)
        except GraphQLError as error:
            # The parser gives up on what is too long or too deep with these words, and has no other sign for it.
            gave_up = error.message.endswith("Parsing aborted.")
            code = Code.QUERY_TOO_COMPLEX if gave_up else Code.GRAPHQL_VALIDATION_FAILED
            raise DocumentRefused([_coded(error, code)]) from None


def _coded(error: GraphQLError, code: Code = Code.GRAPHQL_VALIDATION_FAILED) -> GraphQLError:
    return GraphQLError(error.message, error.nodes, error.source, error.positions, extensions={"code": code})


def _refused(message: str, code: Code = Code.GRAPHQL_VALIDATION_FAILED) -> DocumentRefused:
    return DocumentRefused([GraphQLError(message, extensions={"code": code})])
