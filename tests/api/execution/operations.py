"""Random operations: what hypothesis-graphql generates, disturbed by all that it leaves out.

It gives fields with arguments and inline fragments on types. A disturbance adds what else an operation may have:
aliases, fields asked for twice, fragments with names, within each other and on every type that applies, `@skip` and
`@include`, `__typename`, and variables in place of values, given or left to their defaults.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import (
    REMOVE,
    ArgumentNode,
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    NamedTypeNode,
    NameNode,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    build_ast_schema,
    get_named_type,
    is_abstract_type,
    is_required_argument,
    is_required_input_field,
    parse,
    parse_type,
    print_ast,
    print_schema,
    value_from_ast_untyped,
    visit,
)
from hypothesis import strategies as st
from hypothesis_graphql import from_schema, nodes

if TYPE_CHECKING:
    from collections.abc import Collection
    from random import Random

    from graphql import Node, SelectionNode

Selections = list[Any]
_UNREACHED = 60


def documents(schema: GraphQLSchema, *, most: int, **scalars: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Up to that many documents, to be put together; `scalars` give values of custom scalars."""
    one = from_schema(schema, custom_scalars=scalars, print_ast=lambda document: document)
    return st.lists(one, min_size=min(2, most), max_size=most)


def narrowed(schema: GraphQLSchema, names: Collection[str]) -> GraphQLSchema:
    """The schema with no fields but those, on whatever types they are.

    hypothesis-graphql keeps operations small by seldom going down where a type has many fields, but lets them grow with
    the number of types: with few fields, and types that nothing leads to, operations become deep and large.
    """

    class Narrowed(Visitor):
        def enter_field_definition(self, node: Any, *_: object) -> Any:
            return None if node.name.value in {*names, "id"} else REMOVE

    unreached = "".join(f"type Unreached{number} {{ id: ID }} " for number in range(_UNREACHED))
    return build_ast_schema(visit(parse(print_schema(schema) + unreached), Narrowed()))


def text_values(*texts: str) -> st.SearchStrategy[Any]:
    """Values of a custom scalar that is written as text."""
    return st.sampled_from(texts).map(nodes.String)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation's text and its variables."""

    source: str
    variables: dict[str, Any]


def disturbed(
    schema: GraphQLSchema, generated: list[DocumentNode], random: Random, *, conditions: float = 0.06
) -> Operation:
    """An operation made of those documents; now and then it is invalid. `conditions` is how many there are of them."""
    operations: list[Any] = [document.definitions[0] for document in generated]
    kind = operations[0].operation
    root: Any = schema.get_root_type(kind)
    disturbance = _Disturbance(schema, random, conditions)
    selections: Selections = []
    for operation in operations:
        if operation.operation is kind:
            selections += disturbance.selections(root, list(operation.selection_set.selections))
    chosen = SelectionSetNode(selections=tuple(selections))
    used = _variables_in(chosen, *disturbance.fragments)
    definition = OperationDefinitionNode(
        operation=kind,
        name=NameNode(value="Disturbed"),
        variable_definitions=tuple(each for each in disturbance.definitions if each.variable.name.value in used),
        directives=(),
        selection_set=chosen,
    )
    document = DocumentNode(definitions=(definition, *disturbance.fragments))
    return Operation(
        source=print_ast(document),
        variables={name: value for name, value in disturbance.values.items() if name in used},
    )


@dataclass(slots=True)
class _Disturbance:
    """What is made on the way through one operation."""

    schema: GraphQLSchema
    random: Random
    conditions: float
    definitions: list[VariableDefinitionNode] = field(default_factory=list[VariableDefinitionNode])
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    fragments: list[FragmentDefinitionNode] = field(default_factory=list[FragmentDefinitionNode])
    _seen: dict[int, tuple[Any, Any]] = field(default_factory=dict[int, tuple[Any, Any]])

    def selections(self, parent: Any, given: Selections) -> Selections:
        """These selections of a parent type, disturbed."""
        made: Selections = []
        for node in given:
            made += self._field(parent, node) if isinstance(node, FieldNode) else self._fragment(parent, node)
        if self._happens(0.2):
            made.insert(self.random.randint(0, len(made)), self._typename())
        if self._happens(0.2):
            self.random.shuffle(made)
        if self._happens(0.3):
            made = self._wrapped(parent, made)
        return made

    def _happens(self, probability: float) -> bool:
        return self.random.random() < probability

    def _typename(self) -> FieldNode:
        alias = NameNode(value=self.random.choice(["t1", "t2"])) if self._happens(0.5) else None
        return FieldNode(name=NameNode(value="__typename"), alias=alias, arguments=(), directives=self._directives())

    def _field(self, parent: Any, node: FieldNode) -> Selections:
        definition: Any = parent.fields[node.name.value]
        # Those asked for at the root come from several documents, which know nothing of each other.
        is_root = parent in (self.schema.query_type, self.schema.mutation_type)
        alias, arguments = self._seen.get(id(node), (None, None))
        if arguments is None:
            alias = NameNode(value=f"a{self.random.randint(0, 10**6)}") if is_root or self._happens(0.1) else node.alias
            arguments = tuple(
                ArgumentNode(name=each.name, value=self._value(definition.args[each.name.value].type, each.value))
                for each in node.arguments or ()
                if is_required_argument(definition.args[each.name.value]) or self._happens(0.6)
            )
            # Asked for twice, it has to be the same field, or the two do not merge.
            self._seen[id(node)] = alias, arguments
        within = list(node.selection_set.selections) if node.selection_set else []
        parts = [within]
        if self._happens(0.2):
            parts = self._halves(within) if within else [[], []]
        return [
            FieldNode(
                name=node.name,
                alias=alias,
                arguments=arguments,
                directives=self._directives(),
                selection_set=self._set(get_named_type(definition.type), part) if within else None,
            )
            for part in parts
        ]

    def _halves(self, within: Selections) -> list[Selections]:
        cut = self.random.randint(1, len(within))
        return [within[:cut], within[self.random.randint(0, cut) :] or within[:1]]

    def _set(self, parent: Any, given: Selections) -> SelectionSetNode:
        return SelectionSetNode(selections=tuple(self.selections(parent, given)))

    def _fragment(self, parent: Any, node: InlineFragmentNode) -> Selections:
        condition = node.type_condition
        kind: Any = parent if condition is None else self.schema.get_type(condition.name.value)
        made = self.selections(kind, list(node.selection_set.selections))
        return [self._fragment_on(kind, made)]

    def _fragment_on(self, kind: Any, made: Selections) -> SelectionNode:
        """Those selections as a fragment, inline or with a name."""
        condition = NamedTypeNode(name=NameNode(value=kind.name))
        chosen = SelectionSetNode(selections=tuple(made))
        if self._happens(0.6):
            return InlineFragmentNode(type_condition=condition, directives=self._directives(), selection_set=chosen)
        name = NameNode(value=f"F{len(self.fragments)}")
        self.fragments.append(
            FragmentDefinitionNode(name=name, type_condition=condition, directives=(), selection_set=chosen)
        )
        return FragmentSpreadNode(name=name, directives=self._directives(), arguments=())

    def _wrapped(self, parent: Any, made: Selections) -> Selections:
        """Some of the selections in a fragment of their own, or those of an earlier one as well."""
        start = self.random.randint(0, len(made) - 1)
        end = self.random.randint(start + 1, len(made))
        if self._happens(0.3):
            within = InlineFragmentNode(
                type_condition=None,
                directives=self._directives(),
                selection_set=SelectionSetNode(selections=tuple(made[start:end])),
            )
        else:
            within = self._fragment_on(self.random.choice(self._applying(parent, made[start:end])), made[start:end])
        # What is fragmented may be asked for outside of it, too.
        rest = made[end:] if self._happens(0.7) else made[start:]
        return [*made[:start], within, *rest, *self._known(parent)]

    def _known(self, parent: Any) -> Selections:
        same = [fragment for fragment in self.fragments if fragment.type_condition.name.value == parent.name]
        if not same or self._happens(0.5):
            return []
        return [FragmentSpreadNode(name=self.random.choice(same).name, directives=self._directives(), arguments=())]

    def _applying(self, parent: Any, made: Selections) -> list[Any]:
        """The types that a fragment there may be on."""
        kinds: list[Any] = [parent]
        names = {node.name.value for node in made if isinstance(node, FieldNode)} - {"__typename"}
        if is_abstract_type(parent) and all(isinstance(node, FieldNode) for node in made):
            kinds += self.schema.get_possible_types(parent)
        if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            kinds += parent.interfaces
        return [kind for kind in kinds if names <= set(getattr(kind, "fields", ()))]

    def _directives(self) -> tuple[DirectiveNode, ...]:
        names = [name for name in ("skip", "include") if self._happens(self.conditions)]
        return tuple(self._directive(name) for name in names)

    def _directive(self, name: str) -> DirectiveNode:
        # What stands there is asked for more often than not.
        answer = (name == "include") is self._happens(0.7)
        value: Any = BooleanValueNode(value=answer)
        if self._happens(0.6):
            value = self._variable("Boolean!", value, may_be_null=False)
        return DirectiveNode(
            name=NameNode(value=name), arguments=(ArgumentNode(name=NameNode(value="if"), value=value),)
        )

    def _value(self, kind: Any, value: Any) -> Any:
        """The value of an argument, with variables for all of it or for parts."""
        is_choice = isinstance(get_named_type(kind), GraphQLInputObjectType) and get_named_type(kind).is_one_of
        if self._happens(0.25) and not is_choice:
            return self._variable(str(kind), value)
        kind = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if isinstance(value, ListValueNode) and isinstance(kind, GraphQLList):
            return ListValueNode(values=tuple(self._value(kind.of_type, each) for each in value.values))
        if isinstance(value, ObjectValueNode) and isinstance(kind, GraphQLInputObjectType):
            if kind.is_one_of:
                chosen = [each for each in value.fields if not isinstance(each.value, NullValueNode)]
                return ObjectValueNode(fields=tuple(chosen[:1])) if chosen else nodes.Null
            made = tuple(
                ObjectFieldNode(name=each.name, value=self._value(kind.fields[each.name.value].type, each.value))
                for each in value.fields
                if is_required_input_field(kind.fields[each.name.value]) or self._happens(0.7)
            )
            return ObjectValueNode(fields=made)
        return value

    def _variable(self, kind: str, value: Any, *, may_be_null: bool = True) -> VariableNode:
        """A variable of that type in the value's place, with or without a default, given or not."""
        name = f"v{len(self.definitions)}"
        has_default = self._happens(0.4) and not (kind.endswith("!") and isinstance(value, NullValueNode))
        if has_default and not isinstance(value, NullValueNode) and self._happens(0.5):
            # A default makes the type without "!" fit where null may not be, and then null may come.
            kind = kind.removesuffix("!")
        self.definitions.append(
            VariableDefinitionNode(
                variable=VariableNode(name=NameNode(value=name)),
                type=parse_type(kind),
                default_value=value if has_default else None,
                directives=(),
            )
        )
        draw = self.random.random()
        if draw < 0.7 or (kind.endswith("!") and not has_default):
            self.values[name] = value_from_ast_untyped(value)
        elif draw < 0.8 and may_be_null and not kind.endswith("!"):
            self.values[name] = None
        return VariableNode(name=NameNode(value=name))


def _variables_in(*nodes_: Node) -> set[str]:
    names: set[str] = set()

    class Seen(Visitor):
        def enter_variable(self, node: VariableNode, *_: object) -> None:
            names.add(node.name.value)

    for node in nodes_:
        visit(node, Seen())
    return names
