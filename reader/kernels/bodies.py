"""A function's expanded tokens with their brackets, blocks and `#if` sides matched: what is bound, called and launched
in it, by position.

A position is the index of a piece. Owns no meaning: which function or kernel a name leads to is `targets`' work.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from reader.kernels.expansion import Piece

Span = tuple[int, int]  # positions, the end excluded
Sides = tuple[tuple[int, int], ...]  # each `#if` around a place, by its position, and which of its sides

_PAIRS = {")": "(", "]": "[", "}": "{"}
_ANGLE = 800  # tokens of template arguments, at most
_WORDS_BEFORE_USE = {"return", "else", "do", "case", "throw", "goto", "new", "delete", "co_return", "and", "or", "not"}
_NOT_CALLED = {
    "if", "for", "while", "switch", "return", "catch", "sizeof", "alignof", "alignas", "decltype", "noexcept",
    "static_cast", "dynamic_cast", "reinterpret_cast", "const_cast", "operator", "defined", "static_assert", "typeid",
    "int", "float", "double", "bool", "char", "long", "short", "unsigned", "void", "auto", "constexpr", "const", "asm",
    "__launch_bounds__", "__attribute__", "else", "do", "case", "new", "delete", "template", "typename", "requires",
}  # fmt: skip


class Binding(NamedTuple):
    """`name` is given `value` at `at`; `declares` it, or assigns to what is declared before."""

    at: int
    value: Span
    declares: bool


class Callee(NamedTuple):
    """A name that is called or launched: `path` is it with its scopes (`ns::f`), template arguments left out;
    `receiver` what stands before a `.` or `->`."""

    path: str
    at: int
    templates: tuple[Span, ...]
    arguments: Span | None
    receiver: Span | None = None
    owner_templates: tuple[Span, ...] = ()


class Body:
    def __init__(self, pieces: tuple[Piece, ...]) -> None:
        self.pieces = pieces
        self.texts = [piece.text for piece in pieces]
        self.partner: dict[int, int] = {}
        self.block: list[int] = []  # the `{` around each, -1 for none
        self.sides: list[Sides] = []
        self._match()
        self._bindings: dict[str, list[Binding]] = {}
        self._at: dict[str, list[int]] | None = None

    def _match(self) -> None:
        stack: tuple[int, tuple] | None = None  # type: ignore[type-arg]
        block = -1
        sides: Sides = ()
        saved: list[tuple[tuple[int, tuple] | None, int]] = []  # type: ignore[type-arg]
        for at, text in enumerate(self.texts):
            if text in ("(", "[", "{"):
                stack = (at, stack)  # type: ignore[assignment]
            elif text in _PAIRS:
                stack = self._close(at, _PAIRS[text], stack)
            elif text == "#if":
                saved.append((stack, block))
                sides = (*sides, (at, 0))
            elif text == "#else" and saved:
                stack, block = saved[-1]
                sides = (*sides[:-1], (sides[-1][0], sides[-1][1] + 1))
            elif text == "#endif" and saved:
                saved.pop()
                sides = sides[:-1]
            self.block.append(block)
            self.sides.append(sides)
            if text == "{":
                block = at
            elif text == "}" and at in self.partner:
                block = self.block[self.partner[at]]
                self.block[at] = block

    def _close(self, at: int, opener: str, stack):  # type: ignore[no-untyped-def]
        level = stack
        for _ in range(8):
            if level is None:
                return stack
            if self.texts[level[0]] == opener:
                self.partner[at] = level[0]
                self.partner[level[0]] = at
                return level[1]
            level = level[1]
        return stack

    def places(self, name: str) -> list[int]:
        if self._at is None:
            self._at = {}
            for at, text in enumerate(self.texts):
                if text[0].isalpha() or text[0] == "_":
                    self._at.setdefault(text, []).append(at)
        return self._at.get(name, [])

    def words(self, span: Span) -> str:
        return " ".join(self.texts[span[0] : span[1]])

    # --- expressions

    def angle_end(self, at: int) -> int | None:
        """Past the `>` that closes the `<` at `at`; None where it is a comparison."""
        depth, index = 0, at
        limit = min(len(self.texts), at + _ANGLE)
        while index < limit:
            text = self.texts[index]
            if text == "<":
                depth += 1
            elif text == ">":
                depth -= 1
                if depth == 0:
                    return index + 1
            elif text in ("(", "[", "{"):
                index = self.partner.get(index, limit)
            elif text in (";", "}", ")", "]", "&&", "||", "<<<"):
                return None
            index += 1
        return None

    def angle_start(self, at: int) -> int | None:
        """The `<` that the `>` at `at` closes."""
        depth, index = 0, at
        while index >= max(0, at - _ANGLE):
            text = self.texts[index]
            if text == ">":
                depth += 1
            elif text == "<":
                depth -= 1
                if depth == 0:
                    return index
            elif text in (")", "]", "}"):
                index = self.partner.get(index, 0)
            elif text in (";", "{", "(", "["):
                return None
            index -= 1
        return None

    def split(self, begin: int, end: int) -> tuple[Span, ...]:
        """At the commas outside of all brackets, `<` and `>` being some where they can be."""
        found: list[Span] = []
        start = index = begin
        while index < end:
            text = self.texts[index]
            if text in ("(", "[", "{"):
                index = self.partner.get(index, index)
            elif text == "<":
                close = self.angle_end(index)
                if close is not None and close <= end:
                    index = close - 1
            elif text == ",":
                found.append((start, index))
                start = index + 1
            index += 1
        if start < end:
            found.append((start, end))
        return tuple(found)

    def arguments(self, span: Span | None) -> tuple[Span, ...]:
        """Of the brackets that the span is."""
        return () if span is None else self.split(span[0] + 1, span[1] - 1)

    def name_at(self, at: int) -> Callee | None:
        """The qualified name whose last part stands at `at`, with the arguments behind it if it is called there."""
        if not is_name(self.texts[at]):
            return None
        after = at + 1
        templates: tuple[Span, ...] = ()
        if after < len(self.texts) and self.texts[after] == "<":
            close = self.angle_end(after)
            if close is not None:
                templates = self.split(after + 1, close - 1)
                after = close
        arguments = None
        if after < len(self.texts) and self.texts[after] == "(" and after in self.partner:
            arguments = (after, self.partner[after] + 1)
        return self._qualified(at, templates, arguments)

    def _qualified(self, at: int, templates: tuple[Span, ...], arguments: Span | None) -> Callee:
        parts = [self.texts[at]]
        owner: tuple[Span, ...] = ()
        index = at - 1
        if index >= 0 and self.texts[index] == "template":
            index -= 1
        while index > 0 and self.texts[index] == "::":
            index -= 1
            if self.texts[index] == ">":
                opened = self.angle_start(index)
                if opened is None:
                    break
                if not owner:
                    owner = self.split(opened + 1, index)
                index = opened - 1
            if not is_name(self.texts[index]) or self.texts[index] in _WORDS_BEFORE_USE:
                break
            parts.append(self.texts[index])
            index -= 1
        receiver = None
        if index > 0 and self.texts[index] in (".", "->"):
            receiver = self.operand(index)
        return Callee("::".join(reversed(parts)), at, templates, arguments, receiver, owner)

    def operand(self, end: int) -> Span:
        """The postfix expression that ends before `end`: `a.b(c)[0]`, `(x)`, `f<T>()`."""
        index = end - 1
        while index >= 0:
            text = self.texts[index]
            if text in (")", "]"):
                opened = self.partner.get(index)
                if opened is None:
                    return index, end
                before = self.texts[opened - 1] if opened else ""
                if not (is_name(before) or before in (")", "]", ">")) or before in _WORDS_BEFORE_USE:
                    return opened, end
                index = opened - 1
                continue
            if text == ">":
                angle = self.angle_start(index)
                if angle is None:
                    return index + 1, end
                index = angle - 1
                continue
            if not is_name(text):
                return index + 1, end
            if index and self.texts[index - 1] in ("::", ".", "->"):
                index -= 2
                if (
                    index >= 0
                    and self.texts[index + 1] == "::"
                    and self.texts[index] not in (">",)
                    and not is_name(self.texts[index])
                ):
                    return index + 1, end
                continue
            return index, end
        return 0, end

    # --- names

    def bindings(self, name: str) -> list[Binding]:
        if name not in self._bindings:
            self._bindings[name] = [made for at in self.places(name) if (made := self._binding(at)) is not None]
        return self._bindings[name]

    def _binding(self, at: int) -> Binding | None:
        texts = self.texts
        before = texts[at - 1] if at else ""
        after = at + 1
        pointer = before == "*" and at > 1 and texts[at - 2] == "(" and texts[after : after + 1] in ([")"], ["["])
        while after < len(texts) and texts[after] == "[":
            after = self.partner.get(after, after) + 1
        if pointer:
            after += 1
            if texts[after : after + 1] == ["("]:
                after = self.partner.get(after, after) + 1
        if after >= len(texts) or before in (".", "->", "::"):
            return None
        typed = (
            pointer or before in (">", "*", "&", "&&", "using") or (is_name(before) and before not in _WORDS_BEFORE_USE)
        )
        if texts[after] == "=":
            return Binding(at, (after + 1, self.value_end(after + 1)), typed)
        if texts[after] == ":" and typed:
            return Binding(at, (after + 1, self.value_end(after + 1)), True)
        if texts[after] in ("(", "{") and typed and before != "using" and self.block[at] >= 0 and after in self.partner:
            return Binding(at, (after + 1, self.partner[after]), True)
        if texts[after] == ";" and typed:
            return Binding(at, (after, after), True)
        return None

    def value_end(self, at: int) -> int:
        while at < len(self.texts):
            text = self.texts[at]
            if text in ("(", "[", "{"):
                at = self.partner.get(at, at)
            elif text in (";", ")", "]", "}"):
                return at
            at += 1
        return at

    def visible(self, at: int, position: int) -> bool:
        """Whether what is declared at `at` can be named at `position`, which is behind it."""
        opened = self.block[at]
        if opened >= 0 and self.partner.get(opened, len(self.texts)) < position:
            return False
        here = dict(self.sides[position])
        return all(here.get(where, side) == side for where, side in self.sides[at])

    def values(self, name: str, position: int) -> list[Span] | None:
        """What `name` may hold at `position`: the declaration in force, what is assigned after it, and where they
        depend on an `#if`, those of its other sides. None where it is not declared in this function."""
        declared = [each for each in self.bindings(name) if each.declares and each.at < position]
        declared = [each for each in declared if self.visible(each.at, position)]
        if not declared:
            return None
        spans: list[Span] = []
        for made in reversed(declared):
            spans.append(made.value)
            spans += (each.value for each in self.bindings(name) if self._assigns(each, made, position))
            if set(self.sides[made.at]) <= set(self.sides[position]):
                break
        return [span for span in spans if span[0] < span[1]]

    def _assigns(self, each: Binding, made: Binding, position: int) -> bool:
        if each.declares or not made.at < each.at < position:
            return False
        last = [one for one in self.bindings(each_name(self, each)) if one.declares and one.at < each.at]
        last = [one for one in last if self.visible(one.at, each.at)]
        return bool(last) and (
            last[-1].at == made.at or any(one.at == made.at for one in last if self._sided(one, each))
        )

    def _sided(self, one: Binding, each: Binding) -> bool:
        return not set(self.sides[one.at]) <= set(self.sides[each.at])

    def lambda_of(self, name: str, position: int) -> tuple[str | None, int] | None:
        """The lambda around `position` that has a parameter `name`: the variable that holds it, and which parameter."""
        opened = self.block[position]
        while opened >= 0:
            found = self.lambda_head(opened)
            if found is not None:
                variable, parameters = found
                for number, parameter in enumerate(self.arguments(parameters)):
                    if name in self.texts[parameter[0] : parameter[1]]:
                        return variable, number
            opened = self.block[opened]
        return None

    def lambda_head(self, opened: int) -> tuple[str | None, Span] | None:
        """Of the lambda whose body opens there: its variable and its parameters' brackets."""
        index = opened - 1
        for _ in range(12):
            if index < 0 or self.texts[index] in (";", "{", "}"):
                return None
            if self.texts[index] == ")" and index in self.partner:
                start = self.partner[index]
                before = start - 1
                if self.texts[before] == ">":
                    before = (self.angle_start(before) or 1) - 1
                if self.texts[before] == "]" and before in self.partner:
                    capture = self.partner[before]
                    held = capture >= 2 and self.texts[capture - 1] == "=" and is_name(self.texts[capture - 2])
                    return (self.texts[capture - 2] if held else None), (start, index + 1)
                index = start
            index -= 1
        return None

    def calls(self, begin: int) -> Iterator[Callee]:
        """Every name followed by brackets, from `begin` on, what is declared with them left out."""
        texts = self.texts
        for at in range(begin, len(texts) - 1):
            text, after = texts[at], texts[at + 1]
            if after not in ("(", "<", "{") or not is_name(text) or text in _NOT_CALLED:
                continue
            if after == "{" and texts[at + 2 : at + 4] != ["}", "("]:
                continue
            callee = self.name_at(at)
            if callee is None or not (callee.arguments is not None or self._is_made(callee)):
                continue
            if not self._is_declared(callee):
                yield callee

    def _is_declared(self, callee: Callee) -> bool:
        """`dim3 grid(x)`: a variable with its initial value."""
        if "::" in callee.path or callee.at == 0:
            return False
        before = self.texts[callee.at - 1]
        if is_name(before):
            return before not in _WORDS_BEFORE_USE
        return before == ">" and self.angle_start(callee.at - 1) is not None

    def _is_made(self, callee: Callee) -> bool:
        """`F<T>{}(x)`: an object made on the spot and called."""
        after = callee.templates[-1][1] + 1 if callee.templates else callee.at + 1
        return self.texts[after : after + 3] == ["{", "}", "("]


def each_name(body: Body, each: Binding) -> str:
    return body.texts[each.at]


def is_name(text: str) -> bool:
    return text[:1].isalpha() or text[:1] == "_"
