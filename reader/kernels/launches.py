"""From a C++ function down to the `__global__` functions that it launches, as a tree of hops.

A macro is two hops: where it is used (`via` "use") and its `#define` (`via` "#define"); the places of further uses
stand in the note of the first. A helper function is a hop only where a launch is reached through it. Every branch ends
in a kernel or in an "end" that says why there is none.
"""

from __future__ import annotations

from collections.abc import Iterator

from reader.kernels import Hop, HopKind, Place
from reader.kernels.bodies import Callee
from reader.kernels.endings import Ending, Endings
from reader.kernels.expansion import Use
from reader.kernels.frames import Frame
from reader.kernels.homes import Home
from reader.kernels.launch_sites import Site, sites
from reader.kernels.targets import Targets
from reader.kernels.units import Units, units
from reader.resolve.sources import Sources
from reader.syntax import Definition
from reader.syntax.cpp.readings import contradict

_DEEPEST = 16  # helper functions within each other
_MOST = 600  # hops below one function
_SHOWN = 12  # places of one macro's uses

At = tuple[str, int]


class Node:
    """One hop in the making; `children` by what tells one hop from another."""

    def __init__(self, kind: HopKind, place: Place, via: str | None, sure: bool, note: str | None) -> None:
        self.kind = kind
        self.place = place
        self.via = via
        self.sure = sure
        self.note = note
        self.uses: list[str] = []
        self.children: dict[tuple[str, str | None, str, int, str], Node] = {}
        self.read: set[str] = set()
        self.same: Node | None = None

    def leads(self) -> bool:
        """Whether a kernel or a named end stands below; children that lead nowhere are dropped. What is shown in full
        elsewhere, as `same`, leads where that does."""
        self.children = {key: each for key, each in self.children.items() if each.leads()}
        if self.children or self.kind in ("kernel", "end"):
            return True
        return self.same is not None and self.same.leads()


def launched(sources: Sources, path: str, definition: Definition) -> tuple[Hop, ...]:
    """Numbers count from 0 within the answer; a hop without parent hangs on the function itself. Never empty: what
    launches nothing has one "end"."""
    return Descent(units(sources)).of(path, definition)


class Descent:
    """Reads functions of one checkout; what leads to no launch is remembered between them."""

    def __init__(self, files: Units) -> None:
        self.units = files
        self.targets = Targets(files)
        self.endings = Endings(files, self.targets.homes)
        self._barren: set[tuple[At, tuple[str, ...]]] = set()
        self._shown: dict[tuple[At, tuple[str, ...], str], Node] = {}
        self._cycles = 0
        self._hops = 0
        self._quiet: dict[Place, Ending] = {}

    def of(self, path: str, definition: Definition) -> tuple[Hop, ...]:
        place = Place(path, definition.line, definition.symbol, definition.condition)
        root = Node("function", place, None, True, None)
        self._hops, self._quiet, self._shown = 0, {}, {}
        frame = self.targets.frame(path, definition)
        frame.conditions = (definition.condition,) if definition.condition else ()
        if not self.endings.none(path):
            self._read(frame, root, ())
        root.leads()
        if not root.children:
            for at, ending in (self._quiet or {place: self.endings.nothing(path)}).items():
                self._child(root, "end", at, None, note=ending.note)
        hops: list[Hop] = []
        for each in root.children.values():
            _flatten(each, None, hops)
        return tuple(hops)

    def _child(
        self, node: Node, kind: HopKind, place: Place, via: str | None, sure: bool = True, note: str | None = None
    ) -> Node:
        key = (kind, via if kind == "macro" else None, place.path, place.line, place.name)
        if key not in node.children:
            self._hops += kind != "function"
            node.children[key] = Node(kind, place, via, sure, note)
        return node.children[key]

    def _read(self, frame: Frame, node: Node, above: tuple[At, ...]) -> None:
        for event in self._events(frame):
            if self._hops > _MOST:
                self._child(node, "end", node.place, None, note=f"cut: more than {_MOST} hops below one function")
                return
            if self._excluded(frame, event.at):
                continue
            if isinstance(event, Site):
                self._site(frame, node, event)
            else:
                self._call(frame, node, event, above)
        self._quiet.update(self.endings.generated(frame))
        if not frame.whole:
            note = "cut: its macros expand to more than is read, launches may be missing"
            self._child(node, "end", node.place, None, note=note)

    def _events(self, frame: Frame) -> list[Site | Callee]:
        found: list[Site | Callee] = [*sites(frame.body, frame.start)]
        taken = {each.at for each in found}
        found += (callee for callee in frame.body.calls(frame.start) if callee.at not in taken)
        return sorted(found, key=lambda each: each.at)

    def _excluded(self, frame: Frame, at: int) -> bool:
        """Whether it stands under an `#if` that denies those on the way to it."""
        piece = frame.body.pieces[at]
        own = [self.units.lexed(piece.path).condition(piece.line), *(use.macro.condition for use in piece.chain)]
        conditions = [each for each in own if each]
        return bool(conditions) and (
            contradict(frame.conditions, conditions)
            or any(contradict([one], [other]) for one in conditions for other in conditions)
        )

    def _place(self, frame: Frame, at: int, name: str) -> Place:
        piece = frame.body.pieces[at]
        return Place(piece.path, piece.line, name, self.units.lexed(piece.path).condition(piece.line))

    def _site(self, frame: Frame, node: Node, site: Site) -> None:
        under = self._through(frame, node, site.at)
        launch = self._child(under, "launch", self._place(frame, site.at, site.name), site.how)
        words = f"{frame.body.words(site.kernel)}|{frame.answers()}"
        if words in launch.read:
            return
        launch.read.add(words)
        targets = self.targets.taking(self.targets.kernels(frame, site.kernel), site.given)
        for one in targets:
            if one.home is not None:
                self._child(launch, "kernel", one.home.place, site.name, one.home.sure)
            elif one.generated is not None:
                self._generated(launch, one.generated)
        if not launch.children:
            names = ", ".join(dict.fromkeys(one.missing for one in targets if one.missing)) or site.name
            place = Place(launch.place.path, launch.place.line, names)
            self._child(launch, "end", place, None, note=self.endings.unknown(frame, names).note)

    def _generated(self, launch: Node, frame: Frame) -> None:
        for place, ending in self.endings.generated(frame):
            end = self._child(launch, "end", place, frame.definition.symbol, note=ending.note)
            for home in ending.kernels:
                self._child(end, "kernel", home.place, place.name, sure=False, note=ending.note)

    def _through(self, frame: Frame, node: Node, at: int) -> Node:
        """The node below the macros that the piece came through."""
        for use in frame.body.pieces[at].chain:
            node = self._used(node, use)
        return node

    def _used(self, node: Node, use: Use) -> Node:
        macro = use.macro
        name = macro.define.name
        known = next((each for each in node.children.values() if each.via == "use" and each.place.name == name), None)
        if known is None:
            place = Place(use.path, use.line, name, self.units.lexed(use.path).condition(use.line))
            known = self._child(node, "macro", place, "use")
        elif (known.place.path, known.place.line) != (use.path, use.line):
            where = f"{use.path}:{use.line}"
            if where not in known.uses:
                known.uses.append(where)
        return self._child(known, "macro", Place(macro.path, macro.define.line, name, macro.condition), "#define")

    def _call(self, frame: Frame, node: Node, callee: Callee, above: tuple[At, ...]) -> None:
        ending = self.endings.of(callee)
        if ending is not None:
            place = self._place(frame, callee.at, callee.path)
            if ending.quiet:
                self._quiet[place] = ending
                return
            launch = self._child(self._through(frame, node, callee.at), "launch", place, callee.path)
            self._child(launch, "end", place, None, note=ending.note)
            return
        homes = self.targets.functions(frame, callee) if len(above) < _DEEPEST else []
        for home, inner in homes:
            if not contradict(frame.conditions, [home.condition or ""]):
                self._enter(frame, node, callee, home, inner, above)
        if not homes:
            self._lost(frame, node, callee, above)

    def _lost(self, frame: Frame, node: Node, callee: Callee, above: tuple[At, ...]) -> None:
        """A call that leads to no definition of the checkout: to a library, or into code that a script writes."""
        for place, ending in self.endings.lost(frame, callee):
            if ending.quiet:
                self._quiet[place] = ending
                continue
            under = self._through(frame, node, callee.at)
            under = self._child(under, "launch", place, callee.path) if ending.launches else under
            end = self._child(under, "end", place, callee.path, note=ending.note)
            for home in ending.functions:
                made = self._child(end, "function", home.place, place.name, sure=False, note=ending.note)
                inner = self.targets.frame(home.path, home.definition)
                self._read(inner, made, (*above, (frame.path, frame.definition.line)))

    def _enter(self, frame: Frame, node: Node, callee: Callee, home: Home, inner: Frame, above: tuple[At, ...]) -> None:
        here = (home.path, home.definition.line)
        if here in above or here == (frame.path, frame.definition.line):
            self._cycles += 1
            return
        if (here, inner.conditions) in self._barren:
            return
        piece = frame.body.pieces[callee.at]
        under = self._through(frame, node, callee.at)
        made = self._child(under, "function", home.place, f"{piece.path}:{piece.line}", home.sure)
        answers = inner.answers()
        if answers in made.read:
            return
        made.same = self._shown.get((here, inner.conditions, answers))
        if made.same is not None:
            made.read.add(answers)
            return
        cycles = self._cycles
        self._read(inner, made, (*above, (frame.path, frame.definition.line)))
        made.read.add(inner.answers())
        self._shown.setdefault((here, inner.conditions, inner.answers()), made)
        if not made.leads() and cycles == self._cycles:
            self._barren.add((here, inner.conditions))


def _flatten(node: Node, parent: int | None, hops: list[Hop]) -> None:
    number = len(hops)
    note = node.note
    if node.uses:
        more = len(node.uses) - _SHOWN
        note = f"also used at {', '.join(node.uses[:_SHOWN])}{f' and {more} more places' if more > 0 else ''}"
    elif node.same is not None and not node.children:
        note = "what it launches is shown above"
    hops.append(Hop(number, node.kind, node.place, parent, None, node.via, node.sure, note))
    for each in node.children.values():
        _flatten(each, number, hops)


def kernels(hops: tuple[Hop, ...]) -> Iterator[Place]:
    """The `__global__` functions among them, each once."""
    yield from dict.fromkeys(hop.place for hop in hops if hop.kind == "kernel")
