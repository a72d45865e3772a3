"""The language of rules on Google's implementation of CEL: checked before there is any payment."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from cel_expr_python import cel

from adapters.cel.complaints import TOO_DEEP, refusal
from adapters.cel.cost import Estimate, Excessive, depth
from adapters.cel.inspection import Inspection
from adapters.cel.place import at_offset, at_start
from adapters.cel.program import CelExpressions
from adapters.cel.slots import FACTS, MOMENTS, Placing, needs_of
from adapters.cel.syntax import Entries, Items, below, read
from adapters.cel.vocabulary import DISTINCT, IN_LIST, VELOCITY
from domain.fraud.expression import LONGEST_EXPRESSION, MOST_COST
from domain.fraud.variables import VARIABLES, VariableType
from domain.kernel.errors import Invalid
from domain.kernel.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from adapters.cel.syntax import Node, Tree
    from domain.fraud.expression import Needs
    from domain.fraud.list_kind import ListKind

DEEPEST = 76
"""How deep the messages of an expression may be nested; the library reads a hundred levels, and some join the rules."""
_TYPES: Mapping[VariableType, cel.Type] = {
    VariableType.INT: cel.Type.INT,
    VariableType.STRING: cel.Type.STRING,
    VariableType.TIMESTAMP: cel.Type.TIMESTAMP,
}
# A map, so that `.count` can be selected; nothing but that, `.sum_minor` and `.distinct()` passes the inspection.
_FIGURES = cel.Type.Map(cel.Type.STRING, cel.Type.INT)
_TEXT = cel.Type.STRING
_FUNCTIONS = (
    (VELOCITY, _FIGURES, [_TEXT, _TEXT], False),
    (DISTINCT, cel.Type.INT, [_FIGURES, _TEXT], True),
    (IN_LIST, cel.Type.BOOL, [_TEXT, _TEXT], False),
)


class CelLanguage:
    """Satisfies `RuleLanguage`. It holds the declarations, and knows what others hold that it compiled."""

    def __init__(self) -> None:
        self._compiled_before: WeakValueDictionary[tuple[str, ...], CelExpressions] = WeakValueDictionary()
        variables = {variable.name: _TYPES[variable.type] for variable in VARIABLES}
        self._env = cel.NewEnv(
            variables=variables,
            functions=[
                cel.FunctionDecl(name, [cel.Overload(f"paydesk_{name}", result, parameters, member)])
                for name, result, parameters, member in _FUNCTIONS
            ],
        )
        self._programs = cel.NewEnv(
            variables={FACTS: cel.Type.List(cel.Type.DYN), **{name: variables[name] for name in MOMENTS}}
        )
        # An environment that has compiled nothing yet does not know the types of its variables when it evaluates.
        self._programs.compile("true")

    def check(self, expression: str, lists: Mapping[str, ListKind]) -> Needs:
        """What it needs; raise `ExpressionInvalid` with the place of the first thing that is wrong."""
        _readable(expression)
        Inspection(expression, read(self._compiled(expression, checked=False).serialize()), lists).run()
        tree = self._tree(expression)
        _homogeneous(expression, tree)
        return needs_of(Placing([tree]).slots)

    def compile(self, expressions: Sequence[str]) -> CelExpressions:
        """Expressions that were checked before; raise `ExpressionInvalid` for one that compiles no more.

        Also for one that was checked when more steps were allowed. The same expressions are compiled once while
        somebody holds what they became.
        """
        key = tuple(expressions)
        if (known := self._compiled_before.get(key)) is not None:
            return known
        trees = [self._tree(expression) for expression in expressions]
        self._compiled_before[key] = made = CelExpressions(self._programs, trees)
        return made

    def _tree(self, expression: str) -> Tree:
        compiled = self._compiled(expression, checked=True)
        if compiled.return_type() != cel.Type.BOOL:
            kind = compiled.return_type().name().lower()
            raise at_start(f"A rule must be true or false, and this is of type {kind}; compare it with something.")
        tree = read(compiled.serialize())
        _affordable(expression, tree)
        return tree

    def _compiled(self, expression: str, *, checked: bool) -> cel.Expression:
        try:
            return self._env.compile(expression, disable_check=not checked)
        except RuntimeError as error:
            raise refusal(str(error)) from None


def _readable(expression: str) -> None:
    try:
        clean_text(expression, ("expression",), longest=LONGEST_EXPRESSION, multiline=True)
    except Invalid as refused:
        raise at_start(refused.message) from None


def _homogeneous(expression: str, tree: Tree) -> None:
    """Lists and maps of several types would pass every check of types, and fail on payments."""
    for node in _walk(tree.root):
        groups = [node.elements] if isinstance(node, Items) else []
        groups = [node.keys, node.values] if isinstance(node, Entries) else groups
        for group in groups:
            kinds = {tree.types.get(each.id, b"") for each in group}
            if len(kinds) > 1:
                message = "The values of a list or a map must be of one type."
                raise at_offset(message, expression, tree.positions.get(node.id, 0))


def _affordable(expression: str, tree: Tree) -> None:
    if depth(tree.root) > DEEPEST:
        raise at_start(TOO_DEEP)
    try:
        steps = Estimate(tree).steps()
    except Excessive as excessive:
        raise at_offset(excessive.message, expression, tree.positions.get(excessive.node.id, 0)) from None
    if steps > MOST_COST:
        raise at_start(
            f"This may take {steps} steps for each payment, and {MOST_COST} are the most; use shorter lists."
        )


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for part in below(node):
        yield from _walk(part)
