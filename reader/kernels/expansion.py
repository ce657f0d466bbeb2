"""Macros expanded by name over a function's tokens, every token remembering where it stands and which macros it came
through.

Good enough to see what is called and launched, not a preprocessor: no condition is decided, each definition that a use
may mean is expanded in turn, and an argument that holds a whole block is put in once, however often the macro repeats
it. Bounded in depth and size, whatever the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from reader.kernels.units import Macro, Units

_DEEPEST = 40  # macros within macros
_LARGEST = 120_000  # tokens read of one function, expanded
_BLOCK = 40  # tokens from which an argument with braces counts as a block
_LONGEST = 60_000  # tokens of one macro's arguments


class Use(NamedTuple):
    """One macro at one place: `path` and `line` are where its name is written, also if as an argument."""

    macro: Macro
    path: str
    line: int


class Piece(NamedTuple):
    """A token after expansion; `chain` are the macros it came through, outermost first."""

    text: str
    path: str
    line: int
    chain: tuple[Use, ...] = ()
    hidden: frozenset[str] = frozenset()


def expanded(units: Units, path: str, first: int, last: int) -> tuple[tuple[Piece, ...], bool]:
    """The tokens of these lines with their macros expanded; and whether that is all of them."""
    start = [Piece(token.text, path, token.line) for token in units.lexed(path).tokens(first, last)]
    return _Expansion(units, path).run(start)


def through(units: Units, macro: Macro, use: Use) -> tuple[tuple[Piece, ...], bool]:
    """The body of a macro by itself, its parameters left as they are."""
    body = [Piece(each.text, macro.path, each.line, (use,)) for each in macro.define.body]
    return _Expansion(units, macro.path).run(body)


class _Expansion:
    def __init__(self, units: Units, path: str) -> None:
        self.units = units
        self.path = path
        self.whole = True

    def run(self, start: list[Piece]) -> tuple[tuple[Piece, ...], bool]:
        pending = start[::-1]
        done: list[Piece] = []
        read = 0
        while pending:
            piece = pending.pop()
            read += 1
            if read > _LARGEST:
                self.whole = False
                break
            if piece.text.startswith("#include ") and len(piece.chain) < _DEEPEST:
                done.append(piece)
                pending += reversed(self._included(piece))
                continue
            macros = self._macros(piece)
            if not macros or not self._expand(piece, macros, pending):
                done.append(piece)
        return tuple(done), self.whole

    def _macros(self, piece: Piece) -> tuple[Macro, ...]:
        first = piece.text[0]
        if not (first.isalpha() or first == "_") or piece.text in piece.hidden:
            return ()
        line = piece.chain[0].line if piece.chain else piece.line
        found = self.units.macros(piece.text, self.path, line)
        if not found and piece.path != self.path:
            found = self.units.macros(piece.text, piece.path, piece.line)
        if found and len(piece.chain) >= _DEEPEST:
            self.whole = False
            return ()
        return found

    def _included(self, piece: Piece) -> list[Piece]:
        """What a file included in the middle of a function brings."""
        target = self.units.included(piece.path, piece.text.removeprefix("#include "))
        if target is None or target in piece.hidden:
            return []
        lexed = self.units.lexed(target)
        tokens = lexed.tokens(1, len(lexed.source.starts))
        return [Piece(each.text, target, each.line, piece.chain, piece.hidden | {target}) for each in tokens]

    def _expand(self, piece: Piece, macros: tuple[Macro, ...], pending: list[Piece]) -> bool:
        if not macros[0].define.readable:
            return False
        if macros[0].define.parameters is None:
            for macro in reversed(macros if _carries(macros) else macros[:1]):
                pending += reversed(self._body(piece, macro, {}))
            return True
        given = _arguments(pending)
        if given is None:
            return False
        arguments, taken = given
        del pending[len(pending) - taken :]
        for macro in reversed(macros if _carries(macros) else macros[:1]):
            if macro.define.parameters is not None:
                pending += reversed(self._body(piece, macro, _bound(macro.define.parameters, arguments)))
        return True

    def _body(self, piece: Piece, macro: Macro, bound: dict[str, list[Piece]]) -> list[Piece]:
        use = Use(macro, piece.path, piece.line)
        chain, hidden = (*piece.chain, use), piece.hidden | {piece.text}
        made: list[Piece] = []
        blocks: set[str] = set()
        body = macro.define.body
        for index, token in enumerate(body):
            name = token.text
            argument = bound.get(name)
            if name in ("#", "##"):
                continue
            if index and body[index - 1].text == "#" and argument is not None:
                made.append(Piece('""', macro.path, token.line, chain, hidden))
                continue
            if argument is None:
                new = [Piece(name, macro.path, token.line, chain, hidden)]
            else:
                if len(argument) > _BLOCK and any(each.text == "{" for each in argument):
                    if name in blocks:
                        continue
                    blocks.add(name)
                new = [_pushed(each, chain, len(piece.chain)) for each in argument]
            if index and body[index - 1].text == "##" and made and new:
                last = made.pop()
                made.append(Piece(last.text + new[0].text, macro.path, last.line, chain, last.hidden))
                new = new[1:]
            made += new
        return made


def _pushed(piece: Piece, chain: tuple[Use, ...], depth: int) -> Piece:
    """An argument's token behind the macro that it is given to; `depth` macros stand around both."""
    return Piece(piece.text, piece.path, piece.line, (*chain, *piece.chain[depth:]), piece.hidden)


def _carries(macros: tuple[Macro, ...]) -> bool:
    """Whether it may matter which of several definitions is meant: whether any of them holds a call or a launch."""
    return len(macros) > 1 and any(token.text in ("(", "<<<") for each in macros for token in each.define.body)


def _arguments(pending: list[Piece]) -> tuple[list[list[Piece]], int] | None:
    """The arguments that follow, `pending` being in reverse, and how many tokens they and their brackets are."""
    at = len(pending) - 1
    while at >= 0 and pending[at].text in ("#if", "#else", "#endif"):
        at -= 1
    if at < 0 or pending[at].text != "(":
        return None
    depth = 0
    found: list[list[Piece]] = [[]]
    for index in range(at, max(-1, at - _LONGEST), -1):
        text = pending[index].text
        if text in "([{":
            depth += 1
            if depth == 1:
                continue
        elif text in ")]}":
            depth -= 1
            if depth == 0:
                return found, len(pending) - index
        elif text == "," and depth == 1:
            found.append([])
            continue
        found[-1].append(pending[index])
    return None


def _bound(parameters: Iterable[str], arguments: list[list[Piece]]) -> dict[str, list[Piece]]:
    bound: dict[str, list[Piece]] = {}
    for index, name in enumerate(parameters):
        if name.endswith("..."):
            rest: list[Piece] = []
            for number, argument in enumerate(arguments[index:]):
                if number and argument:
                    rest.append(Piece(",", argument[0].path, argument[0].line))
                rest += argument
            bound[name.removesuffix("...").strip() or "__VA_ARGS__"] = rest
        else:
            bound[name] = arguments[index] if index < len(arguments) else []
    return bound
