"""The plain part of the language as Python functions: five times as fast as asking the library about each payment.

Only what means exactly the same in both is translated: comparisons, logic, integers, and the simple questions about
texts. What would be an error in the language raises here, and then the library is asked what becomes of it. The
functions are built as syntax trees, never as text, so nothing that an expression says can become code.
"""

from __future__ import annotations

import ast
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from adapters.cel.slots import slot_of
from adapters.cel.syntax import BOOL, INT, STRING, Call, Constant, Items, below, overloads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from adapters.cel.slots import Placing
    from adapters.cel.syntax import Node, Tree

# Types as they stand in a checked expression.
_TRUTH, _WHOLE, _TEXT = (bytes((0x18, number)) for number in (1, 2, 5))
_LEAST, _MOST = -(2**63), 2**63 - 1
_COMPARED: Mapping[str, type[ast.cmpop]] = {
    f"{name}_{kind}": operator
    for name, operator in (("less", ast.Lt), ("less_equals", ast.LtE), ("greater", ast.Gt), ("greater_equals", ast.GtE))
    for kind in ("int64", "string")
}
_EQUAL: Mapping[str, type[ast.cmpop]] = {"equals": ast.Eq, "not_equals": ast.NotEq}
_LOGIC: Mapping[str, type[ast.boolop]] = {"logical_and": ast.And, "logical_or": ast.Or}
_CALCULATED: Mapping[str, type[ast.operator]] = {
    "add_int64": ast.Add,
    "subtract_int64": ast.Sub,
    "multiply_int64": ast.Mult,
}
_DIVIDED = {"divide_int64": "quotient", "modulo_int64": "remainder"}
_ENDS = {"starts_with_string": "startswith", "ends_with_string": "endswith"}


class Untranslatable(Exception):
    """The expression says something that only the library evaluates."""


class Translation:
    """Of one checked expression, whose questions are arguments by their places."""

    def __init__(self, tree: Tree, placing: Placing) -> None:
        self._tree = tree
        self._placing = placing

    def run(self) -> ast.expr:
        """The same in Python; raise `Untranslatable`."""
        return self._of(self._tree.root)

    def _of(self, node: Node) -> ast.expr:
        slot = slot_of(node)
        kind = self._tree.types.get(node.id)
        if kind not in {_TRUTH, _WHOLE, _TEXT}:
            raise Untranslatable
        if slot is not None:
            return _name(f"v{self._placing.at(slot)}")
        if isinstance(node, Constant):
            return ast.Constant(_value(node))
        if isinstance(node, Call):
            return self._call(node)
        raise Untranslatable

    def _call(self, node: Call) -> ast.expr:
        match overloads(self._tree.references.get(node.id, b"")):
            case [overload]:
                return self._applied(overload, below(node))
            case _:
                raise Untranslatable

    def _applied(self, overload: str, parts: Sequence[Node]) -> ast.expr:  # noqa: PLR0911 - one for each kind
        if overload == "in_list":
            return self._among(*parts)
        if overload in _EQUAL and len({self._tree.types.get(part.id) for part in parts}) > 1:
            raise Untranslatable
        values = [self._of(part) for part in parts]
        match overload, values:
            case ("logical_not", [value]):
                return ast.UnaryOp(ast.Not(), value)
            case ("conditional", [condition, one, other]):
                return ast.IfExp(condition, one, other)
            case ("negate_int64", [value]):
                return _called("whole", ast.UnaryOp(ast.USub(), value))
            case ("size_string" | "string_size", [value]):
                return _called("len", value)
            case ("contains_string", [text, part]):
                return ast.Compare(part, [ast.In()], [text])
            case (("starts_with_string" | "ends_with_string") as name, [text, part]):
                return ast.Call(ast.Attribute(text, _ENDS[name], ast.Load()), [part], [])
            case (name, [one, other]):
                return _paired(name, one, other)
            case _:
                raise Untranslatable

    def _among(self, value: Node, items: Node) -> ast.expr:
        if not isinstance(items, Items):
            raise Untranslatable
        kinds = {self._tree.types.get(node.id) for node in (value, *items.elements)}
        if len(kinds) > 1:
            raise Untranslatable
        elements = [self._of(element) for element in items.elements]
        # The compiler makes a constant of a set of constants.
        constant = bool(elements) and all(isinstance(element, ast.Constant) for element in elements)
        within: ast.expr = ast.Set(elements) if constant else ast.Tuple(elements, ast.Load())
        return ast.Compare(self._of(value), [ast.In()], [within])


def together(expressions: Sequence[ast.expr], places: int) -> Callable[..., list[bool]]:
    """One function from all facts, as arguments in their places, to what each expression is of them."""
    return _function(ast.List(list(expressions), ast.Load()), places)


def alone(expression: ast.expr, places: int) -> Callable[..., bool]:
    """The same of one expression."""
    return _function(expression, places)


def whole(value: int) -> int:
    """The integer; raise `OverflowError` for one that has no 64 bits."""
    if _LEAST <= value <= _MOST:
        return value
    raise OverflowError


def quotient(dividend: int, divisor: int) -> int:
    """What is left of the fraction when it is cut off; raise `ArithmeticError`."""
    value = abs(dividend) // abs(divisor)
    return whole(value if (dividend < 0) == (divisor < 0) else -value)


def remainder(dividend: int, divisor: int) -> int:
    """What division leaves, with the sign of the dividend; raise `ArithmeticError`."""
    return dividend - divisor * quotient(dividend, divisor)


def _function(body: ast.expr, places: int) -> Callable[..., Any]:
    arguments = [ast.arg(f"v{place}") for place in range(places)]
    parameters = ast.arguments(posonlyargs=arguments, args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    tree = ast.fix_missing_locations(ast.Expression(ast.Lambda(parameters, body)))
    compiled = compile(tree, "<rules>", "eval")
    code = next(constant for constant in compiled.co_consts if isinstance(constant, CodeType))
    names = {"whole": whole, "quotient": quotient, "remainder": remainder, "len": len, "__builtins__": {}}
    return FunctionType(code, names)


def _paired(overload: str, one: ast.expr, other: ast.expr) -> ast.expr:
    if (compare := _COMPARED.get(overload) or _EQUAL.get(overload)) is not None:
        return ast.Compare(one, [compare()], [other])
    if (join := _LOGIC.get(overload)) is not None:
        return ast.BoolOp(join(), [one, other])
    if (calculate := _CALCULATED.get(overload)) is not None:
        return _called("whole", ast.BinOp(one, calculate(), other))
    if overload in _DIVIDED:
        return _called(_DIVIDED[overload], one, other)
    raise Untranslatable


def _called(name: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(_name(name), list(arguments), [])


def _name(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _value(node: Constant) -> bool | int | str:
    if node.kind == STRING and node.text is not None:
        return node.text
    if node.kind == INT and node.number is not None:
        return node.number
    if node.kind == BOOL:
        return node.value != 0
    raise Untranslatable
