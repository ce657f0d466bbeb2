"""What stands before a `{` or a `;`: a function, a class, a namespace, an alias, or none of these.

Takes blanked code only, so that comments, strings and preprocessor lines cannot mislead it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, NamedTuple

from reader.pattern import pattern
from reader.value import frozen

Form = Literal["function", "kernel", "class", "struct", "union", "enum", "namespace", "type", "transparent"]

_TOKEN = pattern(r"~\s*[A-Za-z_]\w*|[A-Za-z_]\w*|::|->|<=>|<=(?!>)|>=|==|!=|&&|\|\||\[\[|\]\]|\d[\w.']*|\S")
_OPENERS = {"(": ")", "[": "]", "{": "}", "[[": "]]"}
_KEYS: dict[str, Form] = {"class": "class", "struct": "struct", "union": "union", "enum": "enum"}
_QUALIFIERS = {
    "const", "volatile", "noexcept", "override", "final", "try", "&", "&&", "->", ":", "requires", "throw", "=", "[[]]",
}  # fmt: skip
_ATTRIBUTES = {
    "__launch_bounds__", "__attribute__", "__declspec", "__align__", "alignas", "decltype", "__cluster_dims__",
    "__maxnreg__", "__block_size__", "explicit", "noexcept", "requires", "throw", "sizeof", "__asm__", "__asm", "asm",
    "__builtin_align__", "typeof", "__typeof__", "defined",
}  # fmt: skip
_STATEMENTS = {
    "if", "for", "while", "switch", "catch", "return", "do", "else", "case", "new", "delete", "goto", "throw",
    "static_assert", "co_return", "co_await", "co_yield",
}  # fmt: skip
_LABEL = pattern(r"\s*(?:public|private|protected)\s*:(?!:)")
_WORD = pattern(r"~?\s*[A-Za-z_]")


class Item(NamedTuple):
    """One token of a head, a bracketed group being one: its text is `()`, `[]`, `{}`, `[[]]` or `<>`."""

    text: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        return _WORD.match(self.text) is not None


@frozen
class Head:
    """`name` is "" where there is none, `scope` what qualifies it; `at` and `start` are offsets in the head."""

    form: Form
    name: str
    at: int
    start: int
    scope: tuple[str, ...] = ()
    typedef: bool = False


def items(text: str) -> list[Item]:
    """The head's tokens with groups closed up; an operator's name is one word."""
    tokens = [Item(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text)]
    return _operators(_angles(_groups(tokens)), text)


def _groups(tokens: list[Item]) -> list[Item]:
    found: list[Item] = []
    open_at: list[tuple[str, int]] = []
    for token in tokens:
        if token.text in _OPENERS:
            open_at.append((_OPENERS[token.text], len(found)))
            found.append(token)
        elif open_at and token.text == open_at[-1][0]:
            opener = found[open_at[-1][1]]
            del found[open_at.pop()[1] :]
            found.append(Item(opener.text + token.text, opener.start, token.end))
        else:
            found.append(token)
    return found


def _angles(tokens: list[Item]) -> list[Item]:
    """Closes up `<...>` after a word where a partner is found; `operator<` and a lone `<` stay as they are."""
    found: list[Item] = []
    open_at: list[int] = []
    for token in tokens:
        if token.text == "<" and found and found[-1].is_word and found[-1].text != "operator":
            open_at.append(len(found))
            found.append(token)
        elif token.text == ">" and open_at and found[-1].text not in ("operator", "-"):
            opener = found[open_at[-1]]
            del found[open_at.pop() :]
            found.append(Item("<>", opener.start, token.end))
        else:
            found.append(token)
    return found


def _operators(tokens: list[Item], text: str) -> list[Item]:
    found: list[Item] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        index += 1
        if token.text == "operator":
            first = index
            while index < len(tokens) and (tokens[index].text != "()" or index == first):
                if tokens[index].text == "()" and not (index + 1 < len(tokens) and tokens[index + 1].text == "()"):
                    break
                index += 1
            if index > first:
                name = "".join(text[token.end : tokens[index - 1].end].split())
                spaced = " " if _WORD.match(name) else ""
                token = Item(f"operator{spaced}{name}", token.start, tokens[index - 1].end)
        found.append(token)
    return found


def block_head(text: str) -> Head | None:
    """What the block opens whose `{` follows `text`; None where it is a value or a statement."""
    start = _after_labels(text)
    parts = [item for item in items(text[start:]) if item.text not in ("}", ")", "]", ">")]
    if not parts:
        return None
    body = _after_templates(parts)
    head = _namespace(body) or _class(body) or _function(body)
    if head is None:
        return None
    first = _without_stray(parts, head.at, text[start:])
    return replace(head, at=head.at + start, start=first + start)


def _after_labels(text: str) -> int:
    start = 0
    while match := _LABEL.match(text, start):
        start = match.end()
    return len(text) - len(text[start:].lstrip())


def _after_templates(parts: list[Item]) -> list[Item]:
    """The items behind `template <...>` and its `requires` clause; an explicit instantiation keeps its `template`."""
    index = 0
    while index + 1 < len(parts) and parts[index].text == "template" and parts[index + 1].text == "<>":
        index += 2
        if index < len(parts) and parts[index].text == "requires":
            index = _after_requires(parts, index + 1)
    return parts[index:]


def _after_requires(parts: list[Item], index: int) -> int:
    while index < len(parts):
        if parts[index].text == "()":
            index += 1
        else:
            while index < len(parts) and (parts[index].text in ("::", "<>") or _starts_name(parts, index)):
                index += 1
        if index < len(parts) and parts[index].text in ("&&", "||"):
            index += 1
            continue
        break
    return index


def _starts_name(parts: list[Item], index: int) -> bool:
    return parts[index].is_word and (index == 0 or parts[index - 1].text in ("requires", "::", "&&", "||"))


def _namespace(body: list[Item]) -> Head | None:
    words = [item for item in body if item.text not in ("inline", "[[]]")]
    if not words:
        return None
    if words[0].text == "namespace":
        names = [item for item in words[1:] if item.is_word and item.text != "__attribute__"]
        if any(item.text == "=" for item in words):
            return None
        at = names[-1].start if names else words[0].start
        scope = tuple(item.text for item in names[:-1])
        return Head("namespace", names[-1].text if names else "", at, body[0].start, scope)
    if words[0].text == "extern" and all(item.text == '"' for item in words[1:]) and len(words) > 1:
        return Head("transparent", "", 0, body[0].start)
    return None


def _class(body: list[Item]) -> Head | None:
    key = next((index for index, item in enumerate(body) if item.text in _KEYS), None)
    if key is None:
        return None
    form = _KEYS[body[key].text]
    end = next((index for index in range(key, len(body)) if body[index].text == ":"), len(body))
    named = [
        item
        for index, item in enumerate(body[key + 1 : end], key + 1)
        if item.text != "final" and not _is_attribute(body, index)
    ]
    if any(item.text in ("()", "=", "*", "&") for item in named):
        return None
    words = [item for item in named if item.is_word and item.text not in _KEYS]
    typedef = any(item.text == "typedef" for item in body[:key])
    start = body[0].start
    if not words:
        return Head(form, "", body[key].start, start, typedef=typedef)
    last = named.index(words[-1])
    return Head(form, words[-1].text, words[-1].start, start, _scope(named, last), typedef)


def _is_attribute(parts: list[Item], index: int) -> bool:
    """`alignas(16)`, `__align__(8)`, `[[nodiscard]]`: the word and its group."""
    item = parts[index]
    if item.text == "[[]]":
        return True
    if item.text == "()":
        return index > 0 and parts[index - 1].text in _ATTRIBUTES
    return item.text in _ATTRIBUTES


def _scope(parts: list[Item], index: int) -> tuple[str, ...]:
    """The words that qualify the name at `index`: `A<T>::B::f` gives A and B."""
    found: list[str] = []
    while index >= 2 and parts[index - 1].text == "::":
        index -= 2
        if parts[index].text == "<>":
            index -= 1
        if index < 0 or not parts[index].is_word:
            break
        found.append(parts[index].text)
    return tuple(reversed(found))


def _function(body: list[Item]) -> Head | None:
    found = parameters(body)
    if found is None:
        return None
    index, name = found
    if any(item.text == "=" for item in body[:index]):
        return None
    if _opens_member(body, index):
        return None
    kernel = any(item.text == "__global__" for item in body)
    form: Form = "kernel" if kernel else "function"
    return Head(form, body[name].text, body[name].start, body[0].start, _scope(body, name))


def parameters(body: list[Item]) -> tuple[int, int] | None:
    """The indexes of a function's parameter list and of its name.

    Of several words with a group behind them it is the first that is followed by nothing, or by what may follow a
    parameter list; those before it are macros (`LAUNCH_BOUNDS(64) void f(...)`).
    """
    candidates = list(_candidates(body))
    for index, name in candidates:
        following = index + 1
        while following < len(body) and _is_attribute(body, following) and body[following].text not in _QUALIFIERS:
            following += 1
        if following >= len(body) or body[following].text in _QUALIFIERS:
            return index, name
    return candidates[0] if candidates else None


def _candidates(body: list[Item]) -> Iterator[tuple[int, int]]:
    for index, item in enumerate(body):
        if item.text == ":" and index and body[index - 1].text in ("()", "noexcept"):
            return
        if item.text != "()" or index == 0:
            continue
        name = index - 1
        if body[name].text == "<>" and name:
            name -= 1
        if not body[name].is_word or body[name].text in _ATTRIBUTES or body[name].text in _STATEMENTS:
            continue
        yield index, name


def _opens_member(body: list[Item], index: int) -> bool:
    """Whether the `{` behind a constructor's `: a(1), b` opens the value of a member instead of the body."""
    if not any(item.text == ":" for item in body[index + 1 :]):
        return False
    return body[-1].is_word or body[-1].text in ("<>", ",", ":")


def _without_stray(parts: list[Item], name: int, text: str) -> int:
    """The offset of the head without macro uses before it that lack a semicolon, told by what follows them."""
    first = 0
    while first + 2 < len(parts) and parts[first + 1].text == "()" and parts[first].is_word:
        word = parts[first].text
        if word in _ATTRIBUTES or parts[first].start >= name or not word.isupper():
            break
        gap = text[parts[first + 1].end : parts[first + 2].start]
        if parts[first + 2].text != "template" and gap.count("\n") < 2:
            break
        first += 2
    return parts[first].start


def alias(text: str) -> Head | None:
    """`using X = ...` and `typedef ... X`, given without their semicolon."""
    start = _after_labels(text)
    parts = items(text[start:])
    body = _after_templates(parts)
    if len(body) < 2:
        return None
    if body[0].text == "using" and any(item.text == "=" for item in body) and body[1].is_word:
        return Head("type", body[1].text, body[1].start + start, parts[0].start + start)
    if body[0].text != "typedef":
        return None
    name = next((item for item in reversed(body[1:]) if item.is_word and item.text not in _ATTRIBUTES), None)
    group = next((item for item in body if item.text == "()"), None)
    if group is not None:
        pointer = re.match(r"\(\s*(?:\w+\s*::\s*)*[*&]+\s*(\w+)", text[start + group.start :])
        if pointer is not None:
            at = start + group.start + pointer.start(1)
            return Head("type", pointer[1], at, parts[0].start + start)
    return None if name is None else Head("type", name.text, name.start + start, parts[0].start + start)


def prototype(text: str, enclosing: str) -> Head | None:
    """A function declared and not defined, given without its semicolon; `enclosing` is the class it stands in."""
    start = _after_labels(text)
    parts = items(text[start:])
    body = _after_templates(parts)
    found = parameters(body)
    if found is None or any(item.text in ("=", "typedef", "using", "return") for item in body[: found[0]]):
        return None
    index, name = found
    special = body[name].text.startswith(("operator", "~")) or body[name].text == enclosing
    typed = any(item.is_word and item.text != "template" for item in body[:name])
    if body[0].text == "template" or not (typed or special):
        return None
    if index + 1 < len(body) and body[index + 1].text in ("()", ","):
        return None
    return Head("function", body[name].text, body[name].start + start, parts[0].start + start, _scope(body, name))
