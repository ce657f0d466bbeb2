"""What stands where in Python code: values, without the tree that they were read off."""

from __future__ import annotations

from typing import Literal

from reader.value import frozen

Role = Literal["called", "launched", "value", "string", "decorator", "definition", "import", "assigned", "keyword"]


@frozen
class Scope:
    """A function or class that something stands in. `decorators` as written, without `@`."""

    symbol: str
    kind: str
    line: int
    start: int
    end: int
    decorators: tuple[str, ...] = ()
    nested: bool = False  # inside another function

    @property
    def name(self) -> str:
        return self.symbol.rpartition(".")[2]


@frozen
class Argument:
    """`string`: the value of a literal. `names`: the dotted names in it, in order."""

    text: str
    line: int
    keyword: str | None = None
    string: str | None = None
    names: tuple[str, ...] = ()


@frozen
class Invocation:
    """One call; `callee` as written."""

    callee: str
    line: int
    arguments: tuple[Argument, ...] = ()

    def argument(self, keyword: str, position: int | None = None) -> Argument | None:
        for one in self.arguments:
            if one.keyword == keyword:
                return one
        given = [one for one in self.arguments if one.keyword is None]
        return given[position] if position is not None and position < len(given) else None


@frozen
class Mention:
    """`chain` is the whole dotted expression that the word is a part of, `string` the value of the literal it is spelt
    in. `invocation` is the call that this calls, or the nearest that it is an argument of; `decorates` the definition
    below, where that call or the word is a decorator. `target` is what the expression is assigned to; `value`, where
    something is assigned to the word, is that."""

    word: str
    role: Role
    line: int
    column: int
    chain: str = ""
    string: str | None = None
    within: Scope | None = None
    condition: str | None = None
    invocation: Invocation | None = None
    decorates: Scope | None = None
    target: str | None = None
    value: Argument | None = None
