"""The short way through a level: Python code that is written for one selection and goes object by object.

It knows only what nearly always happens: plain attributes with values of the classes that the schema lets one expect.
Whatever else it meets (a null where none may be, an error, something to wait for) makes it give up, and the executor
goes the long way, which knows everything. So it may be fast without being complete, and never decides anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from graphql.type import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT

from api.execution.leaves import Member, Plain, Text, Whole
from api.execution.lists import ListOf
from api.execution.objects import ObjectOf
from api.execution.readers import Attribute, Typename

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.derivation import Derivation
    from api.execution.plan import Field, Reader, Selection, Values

    Root: TypeAlias = str | dict[str, str]
    """A variable that holds an object, or variables for the parts of one that is never made."""
    Shortcut: TypeAlias = Callable[[list[Any]], list[dict[str, Any]]]


_WORTH_IT = 2


class Unexpected(Exception):
    """A value that the short way does not know."""


def answers_at_once(selection: Selection, objects: list[Any]) -> list[dict[str, Any]] | None:
    """The answer's objects, where `selection.rest` still has to be filled in; None when the long way has to be gone."""
    shortcut = selection.shortcut
    if shortcut is None:
        selection.uses += 1
        # Writing it takes longer than to go without it once, and many operations never come again.
        if selection.uses < _WORTH_IT:
            return None
        selection.rest = [field for field in selection.fields if not is_short(field)]
        shortcut = selection.shortcut = _Writer().function(selection)
    try:
        return shortcut(objects)
    except Exception:  # noqa: BLE001 - the long way finds out what it was, and whose
        return None


def is_short(field: Field) -> bool:
    """Whether the short way knows the field and all below it."""
    return _is_known_reader(field.reader) and _are_known_values(field.values)


def _is_known_reader(reader: Reader) -> bool:
    return isinstance(reader, Attribute | Typename)


def _are_known_values(values: Values) -> bool:
    if isinstance(values, ListOf):
        return _are_known_values(values.items)
    if isinstance(values, ObjectOf):
        return all(map(is_short, values.selection.fields))
    return isinstance(values, Plain)


def _is_transparent(derivation: Derivation, values: ObjectOf) -> bool:
    """Whether an object is made of parts that are all its selected fields ask for."""
    make: Any = derivation.make
    return make in values.known and all(
        reader.holds_for(make) and _needs(reader.derivation) <= derivation.named.keys()
        for reader in _attributes(values.selection)
    )


def _attributes(selection: Selection) -> list[Attribute]:
    return [field.reader for field in selection.fields if is_short(field) and isinstance(field.reader, Attribute)]


def _needs(derivation: Derivation) -> set[str]:
    """The object's own attributes that a field follows from."""
    paths = {*derivation.paths, *derivation.named.values()}
    return {path.partition(".")[0] for path in paths} or {"the object itself"}


class _Writer:
    """Writes the source line by line. No text of a request is in it but response keys, which are names."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._things: dict[str, Any] = {"Unexpected": Unexpected}
        self._count = 0
        # Variables that hold an attribute of another, where the line being written can see them.
        self._held: dict[tuple[str, str], str] = {}

    def function(self, selection: Selection) -> Shortcut:
        self._write(0, "def shortcut(objects):")
        self._write(1, "answers = []")
        self._write(1, "for o in objects:")
        self._trust(selection, "o", 2)
        self._write(2, f"answers.append({self._object(selection, 'o', 2)})")
        self._write(1, "return answers")
        # As dataclasses make their constructors.
        exec("\n".join(self._lines), self._things)  # noqa: S102  # nosec B102
        return self._things["shortcut"]

    def _trust(self, selection: Selection, name: str, depth: int) -> None:
        """Give up on objects of a class that has other attributes than its fields are derived as."""
        readers = _attributes(selection)
        trusted: set[type] = set()

        def trust(kind: type) -> bool:
            if all(reader.holds_for(kind) for reader in readers):
                trusted.add(kind)
            return kind in trusted

        known, ask = self._thing(trusted), self._thing(trust)
        self._write(depth, f"if type({name}) not in {known} and not {ask}(type({name})): raise Unexpected")

    def _object(self, selection: Selection, root: Root, depth: int) -> str:
        """An expression for the answer's object."""
        entries = [
            f"{field.key!r}: {self._field(field, root, depth) if is_short(field) else None}"
            for field in selection.fields
        ]
        return "{" + ", ".join(entries) + "}"

    def _field(self, field: Field, root: Root, depth: int) -> str:
        reader = field.reader
        if isinstance(reader, Typename):
            return repr(reader.name)
        assert isinstance(reader, Attribute), "no other field is short"
        derivation, values = reader.derivation, field.values
        if isinstance(values, ObjectOf) and _is_transparent(derivation, values):
            # Nobody will see the object itself: its fields follow from what it would be made of.
            parts = {name: self._at(root, path, depth) for name, path in derivation.named.items()}
            return self._object(values.selection, parts, depth)
        if not reader.is_derived:
            # Nobody has promised that it is the same when it is read again.
            name = self._name("v")
            self._write(depth, f"{name} = {root}.{derivation.paths[0]}")
            return self._value(values, name, depth)
        return self._value(values, self._made(derivation, root, depth), depth)

    def _made(self, derivation: Derivation, root: Root, depth: int) -> str:
        """A variable that holds what follows."""
        given = [self._at(root, path, depth) for path in derivation.paths]
        if derivation.make is None:
            return given[0]
        given += [f"{name}={self._at(root, path, depth)}" for name, path in derivation.named.items()]
        name = self._name("v")
        self._write(depth, f"{name} = {self._thing(derivation.make)}({', '.join(given) or root})")
        return name

    def _at(self, root: Root, path: str, depth: int) -> str:
        """A variable that holds what stands at a path. Fields share their ways there, some of which take long."""
        name, steps = root, path.split(".")
        if not isinstance(name, str):
            name = name[steps.pop(0)]
        for step in steps:
            held = self._held.get((name, step))
            if held is None:
                held = self._held[name, step] = self._name("v")
                self._write(depth, f"{held} = {name}.{step}")
            name = held
        return name

    def _value(self, values: Values, name: str, depth: int) -> str:
        """An expression for what stands in the answer for the variable."""
        if isinstance(values, Plain):
            return self._leaf(values, name, depth)
        answer, around = self._name("a"), self._held
        # What is held from here on is held only where there is a value, or an item.
        self._held = dict(around)
        if values.nullable:
            self._write(depth, f"{answer} = None")
            self._write(depth, f"if {name} is not None:")
            depth += 1
        if isinstance(values, ListOf):
            item = self._name("i")
            self._write(depth, f"if type({name}) is not list: raise Unexpected")
            self._write(depth, f"{answer} = []")
            self._write(depth, f"for {item} in {name}:")
            self._write(depth + 1, f"{answer}.append({self._value(values.items, item, depth + 1)})")
        else:
            assert isinstance(values, ObjectOf), "no other values are short"
            self._write(depth, f"if type({name}) not in {self._thing(values.known)}: raise Unexpected")
            self._trust(values.selection, name, depth)
            self._write(depth, f"{answer} = {self._object(values.selection, name, depth)}")
        self._held = around
        return answer

    def _leaf(self, values: Plain, name: str, depth: int) -> str:
        if isinstance(values, Text):
            # Scalars that `str` writes are whole numbers more often than texts.
            written = self._name("a")
            self._write(depth, f"{written} = str({name}) if type({name}) is int else {name}")
            name = written
        known = f"type({name}) is {self._thing(values.kind)}"
        if isinstance(values, Whole):
            known += f" and {GRAPHQL_MIN_INT} <= {name} <= {GRAPHQL_MAX_INT}"
        if values.nullable:
            known = f"{name} is None or {known}"
        self._write(depth, f"if not ({known}): raise Unexpected")
        return f"{self._thing(values.names)}[{name}]" if isinstance(values, Member) else name

    def _write(self, depth: int, line: str) -> None:
        self._lines.append("    " * depth + line)

    def _name(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count}"

    def _thing(self, thing: object) -> str:
        name = self._name("t")
        self._things[name] = thing
        return name
