"""Which class a member is called on, told by the words of its object's declaration: types, aliases, initial values."""

from __future__ import annotations

from collections.abc import Iterator

from reader.kernels.bodies import Body, Callee, Span, is_name
from reader.kernels.expansion import expanded
from reader.kernels.frames import Frame
from reader.kernels.homes import Home, Homes
from reader.kernels.units import Units
from reader.resolve.sources import native_parts

_DEEPEST = 6
_MOST = 400  # words that one declaration may lead to


class Owners:
    def __init__(self, units: Units, homes: Homes) -> None:
        self.units = units
        self.homes = homes

    def members(self, frame: Frame, callee: Callee) -> tuple[Home, ...]:
        """The methods that a member call, or a call with a class before its `::`, may mean. Of an object whose type
        cannot be told, the only method of that name nearby, not surely."""
        last = callee.path.rpartition("::")[2]
        found = tuple(each for each in self.homes.functions(last, frame.path) if each.definition.kind == "method")
        if not found:
            return ()
        words = self.words(frame, callee)
        own = tuple(each for each in found if _class_of(each) in words)
        if own or callee.receiver is None:
            sure = len({each.definition.symbol for each in own}) == 1
            return tuple(Home(each.path, each.definition, each.condition, sure) for each in own)
        classes = {_class_of(each) for each in found}
        if len(classes) > 1 or self._is_known(frame, words):
            return ()
        return tuple(Home(each.path, each.definition, each.condition, sure=False) for each in found)

    def words(self, frame: Frame, callee: Callee) -> frozenset[str]:
        """All names that the type of what is before the `.`, `->` or `::` is made of."""
        found: set[str] = set()
        if callee.receiver is not None:
            self._of_operand(frame, callee.receiver, found, 0)
        else:
            scope = callee.path.rpartition("::")[0]
            self._of_name(frame, scope.rpartition("::")[2], callee.at, found, 0)
            found.update(scope.split("::"))
        return frozenset(found)

    def _is_known(self, frame: Frame, words: frozenset[str]) -> bool:
        """Whether the type is told, and is nothing of the checkout's."""
        return bool(words & {"torch", "at", "c10", "std", "Tensor", "cutlass", "cute"})

    def _of_operand(self, frame: Frame, span: Span, found: set[str], depth: int) -> None:
        body = frame.body
        if body.texts[span[0]] == "this":
            found.add(_scope_of(frame))
            return
        for at in range(*span):
            if is_name(body.texts[at]):
                self._of_name(frame, body.texts[at], at, found, depth)
                break

    def _of_name(self, frame: Frame, name: str, at: int, found: set[str], depth: int) -> None:
        """The words of the declaration of a variable, a parameter or an alias, and of what they in turn are."""
        if depth > _DEEPEST or len(found) > _MOST:
            return
        body = frame.body
        declared = [
            each for each in body.bindings(name) if each.declares and each.at < at and body.visible(each.at, at)
        ]
        if declared:
            made = declared[-1]
            start = _statement(body, made.at)
            words = [*_words(body, (start, made.at)), *_words(body, made.value)]
            self._follow(frame, words, made.at, found, depth)
        elif (given := frame.ask(name)) is not None:
            outer, span = given
            self._follow(outer, list(_words(outer.body, span)), span[0], found, depth)
        elif (own := frame.parameter_span(name)) is not None:
            self._follow(frame, list(_words(body, own)), own[0], found, depth)
        else:
            self._of_alias(frame, name, found, depth)

    def _follow(self, frame: Frame, words: list[str], at: int, found: set[str], depth: int) -> None:
        for word in words:
            if word not in found:
                found.add(word)
                self._of_name(frame, word, at, found, depth + 1)

    def _of_alias(self, frame: Frame, name: str, found: set[str], depth: int) -> None:
        place = self.homes.alias(name, frame.path)
        if place is None or (place[0] == frame.path and frame.definition.start <= place[1] <= frame.definition.end):
            return
        path, line = place
        source = self.units.lexed(path).source
        end = source.code.find(";", source.span(line, line)[0])
        pieces, _ = expanded(self.units, path, line, source.line(end) if end >= 0 else line)
        texts = [piece.text for piece in pieces]
        stop = texts.index(";") if ";" in texts else len(texts)
        for word in texts[:stop]:
            if is_name(word) and word not in found:
                found.add(word)
                self._of_alias(frame, word, found, depth + 1) if depth < _DEEPEST else None


def _class_of(home: Home) -> str:
    parts = native_parts(home.definition.symbol)
    return parts[-2] if len(parts) > 1 else ""


def _scope_of(frame: Frame) -> str:
    parts = native_parts(frame.definition.symbol)
    return parts[-2] if len(parts) > 1 else ""


def _statement(body: Body, at: int) -> int:
    """Where the statement that declares the name at `at` starts."""
    index = at
    while index > 0 and body.texts[index - 1] not in (";", "{", "}", "#if", "#else", "#endif"):
        if body.texts[index - 1] == ")" and index - 1 in body.partner:
            index = body.partner[index - 1]
        elif body.texts[index - 1] == "(":
            break
        else:
            index -= 1
    return index


def _words(body: Body, span: Span) -> Iterator[str]:
    return (body.texts[at] for at in range(*span) if is_name(body.texts[at]))
