"""From a definition up to the tests: its uses, the uses of what uses it, fixtures and helpers on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from reader.checkout import Checkout
from reader.exercises.fixtures import fixture_name, is_of_tests, is_test, takers
from reader.exercises.values import Exercises, Test
from reader.inference import Inference
from reader.kernels.crossings import Crossings
from reader.ref import Ref
from reader.resolve import Site
from reader.resolve.sources import Sources, is_native, native_parts
from reader.syntax import Definition
from reader.usages import Use, python
from reader.value import frozen

# Definitions whose users are asked for: in the package 150 to 400 ms each over the whole tree, in the tests a third.
_MOST = 8
_FARTHEST = 7  # calls up while there is no test at all
_NATIVE_CALLS = 5  # C++ calls up that are followed to a function with a Python wrapper
# What torch or Python calls: no source shows who, and what bears the name by itself is in every third file.
_UNSEEN = frozenset({"forward", "__call__", "forward_cuda", "forward_native"})
_ASSIGNED = re.compile(r"\s*self\.(\w+)\s*(?::[^=]+)?=(?!=)")
_SPLIT = re.compile(r"[_\W]+|(?<=[a-z])(?=[A-Z])")


@frozen
class _Link:
    """Something that leads to the definition: `via` from here on, `distance` calls away."""

    path: str
    symbol: str
    kind: str
    distance: int
    via: tuple[str, ...] = ()
    sure: bool = True
    why: str | None = None


class Search:
    def __init__(self, checkout: Checkout, depth: int, enough: int) -> None:
        self.sources = Sources(checkout.keeping())
        self._inference = Inference(self.sources)
        self._crossings = Crossings(self.sources)
        self._depth = depth
        self._enough = enough
        self._found: dict[tuple[str, str], Test] = {}
        self._met: set[tuple[str, str]] = set()
        self._asked: list[str] = []
        self._unseen: list[str] = []
        self._unlike = 0
        self._words: frozenset[str] = frozenset()

    def of(self, path: str, symbol: str, kind: str) -> Exercises:
        self._words = self._telling(path, symbol)
        links = list(self._starts(path, symbol, kind))
        looked = [f"over {one}" for one in dict.fromkeys(link.via[0] for link in links if link.via)]
        for distance in range(1, max(self._depth, _FARTHEST) + 1):
            if distance > self._depth and (self._found or not any(one.distance == distance for one in links)):
                looked.append(f"{distance - 1} calls up")
                break
            level = [one for one in links if one.distance == distance][: _MOST if distance > 1 else None]
            links += [further for one in level for further in self._users(one)]
            if sum(one.sure for one in self._found.values()) >= self._enough and distance < self._depth:
                looked.append(f"{distance} of {self._depth} calls up, since that gave {len(self._found)} tests")
                break
        else:
            looked.append(f"{max(self._depth, _FARTHEST)} calls up")
        ranked = sorted(self._found.values(), key=lambda one: self._rank(one, path, symbol))
        return Exercises(tuple(ranked), (*self._said(), *looked), self._unlike)

    def _telling(self, path: str, symbol: str) -> frozenset[str]:
        """Words that tell that a file knows the definition: its class, and its module's dotted name."""
        parts = native_parts(symbol) if is_native(path) else tuple(symbol.split("."))
        return frozenset({self.sources.dotted(path), *(parts[:-1] or parts)})

    def _starts(self, path: str, symbol: str, kind: str) -> Iterator[_Link]:
        """The definition itself; of a C++ function or kernel the Python that reaches it."""
        if not is_native(path):
            yield _Link(path, symbol, kind, 1)
            return
        level = [(path, symbol, kind)]
        for _ in range(_NATIVE_CALLS):
            links = [link for one in level for link in self._wrappers(*one[:2])]
            if links:
                yield from links
                return
            level = [above for one in level for above in self._native_callers(*one)][:_MOST]

    def _wrappers(self, path: str, symbol: str) -> Iterator[_Link]:
        from reader.kernels.asking import ask  # 30 ms with what reads registrations

        for one in ask(self.sources.checkout, f"{path}::{symbol}").paths:
            for hop in one.hops:
                match = self.sources.match(hop.place.path, hop.place.name) if hop.kind == "wrapper" else None
                if match is not None and not is_native(hop.place.path):
                    via = f"torch.ops.{one.operation.namespace}.{one.operation.name}"
                    yield _Link(hop.place.path, match.definition.symbol, match.definition.kind, 1, (via,), hop.sure)

    def _native_callers(self, path: str, symbol: str, kind: str) -> Iterator[tuple[str, str, str]]:
        """Of a device function or a macro: the functions, kernels and macros that use it for certain."""
        from reader.usages.native import native_uses  # 25 ms with the scanner

        match = self.sources.match(path, symbol)
        site = Site(Ref(path, symbol), "exact", "", path, symbol, kind, match.definition.line if match else None)
        self._asked.append(symbol)
        known = {one.within: one for one in native_uses(self.sources.checkout, site) if one.within and one.sure}
        for within, one in known.items():
            above = self.sources.match(one.path, str(within))
            if above is not None and above.definition.symbol != symbol:
                yield one.path, above.definition.symbol, above.definition.kind

    def _users(self, link: _Link) -> list[_Link]:
        """Records the tests that use it, and gives what else does."""
        if (link.path, link.symbol) in self._met:
            return []
        self._met.add((link.path, link.symbol))
        self._asked.append(link.symbol)
        further: dict[tuple[str, str], _Link] = {}
        for one in self._uses(link):
            if one.kind not in ("call", "reference") or one.within is None:
                continue
            around = self._around(one)
            if around is None or (one.path, around.symbol) == (link.path, link.symbol):
                continue
            self._take(one.path, around, one.line, link, one, further)
        self._over_operations(link, further)
        return list(further.values())

    def _over_operations(self, link: _Link, further: dict[tuple[str, str], _Link]) -> None:
        """Who calls the operations that a function is registered for."""
        if link.kind != "function" or is_of_tests(link.path):
            return
        for one in self._crossings.over(link.path, link.symbol, ""):
            match = self.sources.match(one.path, one.within) if one.within else None
            if match is not None:
                over = replace(link, via=(one.operation, *link.via))
                self._take(one.path, match.definition, one.line, over, None, further)

    def _uses(self, link: _Link) -> tuple[Use, ...]:
        """Further up only calls that are certain lead on, so tests alone are looked through for helpers of tests."""
        owner, _, name = link.symbol.rpartition(".")
        symbol, kind = (owner, "class") if name == "__init__" and owner else (link.symbol, link.kind)
        under = "tests" if is_of_tests(link.path) and self.sources.checkout.is_directory("tests") else ""
        return python.uses(self._inference, link.path, symbol, kind, under).found

    def _take(
        self,
        path: str,
        around: Definition,
        line: int,
        link: _Link,
        use: Use | None,
        further: dict[tuple[str, str], _Link],
    ) -> None:
        sure = link.sure and (use is None or use.sure or _by_base(use))
        why = link.why or (None if use is None or sure else use.why)
        if is_of_tests(path):
            if use is not None and not use.sure and not self._knows(path):
                self._unlike += is_test(around)
                return
            if is_test(around):
                self._record(Test(path, around.line, around.symbol, link.distance, link.via, (line,), sure, why))
                return
            name = fixture_name(self.sources, path, around)
            if name is not None:
                self._of_fixture(path, name, link, sure, why)
                return
        elif use is not None and use.kind == "reference":
            self._held(path, around, use, link, further)
            if use.sure and use.text.startswith("return "):
                why = f"handed back by {around.symbol}, for others to call"
                via = (around.symbol, *link.via)
                further[path, around.symbol] = _Link(
                    path, around.symbol, around.kind, link.distance + 1, via, False, why
                )
            return
        elif not (use is None or use.sure or _by_base(use)) or not self.sources.checkout.in_package(path):
            return  # what only may call it leads to half of all tests; benchmarks and examples have none
        via = (around.symbol, *link.via)
        key = path, around.symbol
        if around.name in _UNSEEN and not is_of_tests(path):
            self._unseen.append(around.symbol)
            return
        if key not in further:
            further[key] = _Link(path, around.symbol, around.kind, link.distance + 1, via, sure, why)

    def _held(
        self, path: str, around: Definition, use: Use, link: _Link, further: dict[tuple[str, str], _Link]
    ) -> None:
        """`self.run = self.step`: whoever uses the field uses this."""
        lines = self.sources.text(path).split("\n")
        for number in range(use.line, max(use.line - 4, around.line), -1):
            if assigned := _ASSIGNED.match(lines[number - 1]):
                symbol = f"{around.symbol.rpartition('.')[0]}.{assigned[1]}"
                held = _Link(path, symbol, "variable", link.distance, (symbol, *link.via), link.sure, link.why)
                for one in self._users(held):
                    further.setdefault((one.path, one.symbol), one)
                return

    def _of_fixture(self, path: str, name: str, link: _Link, sure: bool, why: str | None) -> None:
        if (path, f"fixture {name}") in self._met:
            return
        self._met.add((path, f"fixture {name}"))
        via = (f"fixture {name}", *link.via)
        for at, one, line in takers(self.sources, path, name):
            if is_test(one):
                self._record(Test(at, one.line, one.symbol, link.distance + 1, via, (line,), sure, why))
            elif (further := fixture_name(self.sources, at, one)) is not None:
                self._of_fixture(at, further, replace(link, via=via, distance=link.distance + 1), sure, why)

    def _record(self, one: Test) -> None:
        known = self._found.get((one.path, one.test))
        if known is None or (one.distance, not one.sure) < (known.distance, not known.sure):
            self._found[one.path, one.test] = one
        elif (known.distance, known.via, known.sure) == (one.distance, one.via, one.sure):
            uses = tuple(dict.fromkeys((*known.uses, *one.uses)))
            self._found[one.path, one.test] = replace(known, uses=uses)

    def _around(self, use: Use) -> Definition | None:
        """The outermost function around the use: a closure in a test is the test."""
        around = [
            one
            for one in self.sources.definitions(use.path)
            if one.start <= use.line <= one.end and one.kind in ("function", "method")
        ]
        return next((one for one in around if is_test(one)), around[0] if around else None)

    def _knows(self, path: str) -> bool:
        """Whether a file that uses something of the name speaks of the definition's class or module at all."""
        text = self.sources.text(path)
        return any(re.search(rf"\b{re.escape(word)}\b", text) for word in self._words)

    def _rank(self, one: Test, path: str, symbol: str) -> tuple[object, ...]:
        return (
            one.distance,
            not one.sure,
            -path_likeness(one.path, path),
            -_name_likeness(one, symbol),
            one.path,
            one.line,
        )

    def _said(self) -> tuple[str, ...]:
        if not self._asked:
            return ("no Python is known to reach it",)
        named = ", ".join(dict.fromkeys(self._asked[:4]))
        more = len(set(self._asked)) - len(set(self._asked[:4]))
        said = f"looked for users of {named}" + (f" and {more} more" if more > 0 else "")
        unseen = list(dict.fromkeys(self._unseen))
        if unseen:
            return said, f"not of {unseen[0]}" + (" and the like" if len(unseen) > 1 else "") + ", which torch calls"
        return (said,)


def _by_base(use: Use) -> bool:
    """Called on what is declared as a base: it is this one wherever the object is."""
    return (use.why or "").startswith("through ")


def path_likeness(test: str, path: str) -> int:
    """Folders and words of the file's name that both have, in order: `tests/v1/engine/test_core.py` for
    `vllm/v1/engine/core.py`."""
    own, other = path.removesuffix(".py").split("/")[1:], test.removesuffix(".py").split("/")[1:]
    score = 0
    for one, each in zip(own, other, strict=False):
        if one != each:
            break
        score += 2
    words = set(own[-1].split("_")) if own else set()
    return score + len(words & set(other[-1].removeprefix("test_").split("_") if other else ()))


def _name_likeness(one: Test, symbol: str) -> int:
    words = {word.casefold() for word in _SPLIT.split(symbol) if len(word) > 2}
    return len(words & {word.casefold() for word in _SPLIT.split(one.test)})
