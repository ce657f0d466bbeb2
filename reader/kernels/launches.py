"""From a C++ function down to the `__global__` functions that it launches, as a tree of hops.

A macro is two hops: where it is used (`via` "use") and its `#define` (`via` "#define"); the places of further uses
stand in the note of the first. A helper function is a hop only where a launch is reached through it. Every branch ends in a
kernel or in an "end" that says why there is none.
"""

from __future__ import annotations

from reader.kernels import Hop, HopKind, Place
from reader.kernels.bodies import Callee
from reader.kernels.expansion import Use
from reader.kernels.homes import Home
from reader.kernels.launch_sites import Site, library, moves_memory, sites
from reader.kernels.targets import Frame, Targets
from reader.kernels.units import Units, units
from reader.resolve.sources import Sources
from reader.syntax import Definition

_DEEPEST = 16  # helper functions within each other
_MOST = 600  # hops below one function


class Node:
    """One hop in the making; `children` by what tells one hop from another."""

    def __init__(self, kind: HopKind, place: Place, via: str | None = None, sure: bool = True, note: str | None = None):
        self.kind = kind
        self.place = place
        self.via = via
        self.sure = sure
        self.note = note
        self.more: list[str] = []
        self.children: dict[tuple[str, str, int, str], Node] = {}

    def child(
        self, kind: HopKind, place: Place, via: str | None = None, sure: bool = True, note: str | None = None
    ) -> Node:
        key = (kind + (via or "" if kind == "macro" else ""), place.path, place.line, place.name)
        if key not in self.children:
            self.children[key] = Node(kind, place, via, sure, note)
        return self.children[key]

    def leads(self) -> bool:
        """Whether a launch or a named end stands below; children that lead nowhere are dropped."""
        self.children = {key: each for key, each in self.children.items() if each.leads()}
        return bool(self.children) or self.kind in ("kernel", "end")


def launched(sources: Sources, path: str, definition: Definition) -> tuple[Hop, ...]:
    """Numbers count from 0 within the answer; a hop without parent hangs on the function itself."""
    return Descent(units(sources)).of(path, definition)


class Descent:
    def __init__(self, files: Units) -> None:
        self.units = files
        self.targets = Targets(files)
        self.hops = 0
        self.memory: list[Place] = []
        self.lost: list[Place] = []

    def of(self, path: str, definition: Definition) -> tuple[Hop, ...]:
        root = Node("function", Place(path, definition.line, definition.symbol, definition.condition))
        self.memory, self.lost, self.hops = [], [], 0
        self.read(self.targets.frame(path, definition, {}), root, ())
        root.leads()
        if not root.children:
            self._nothing(root)
        hops: list[Hop] = []
        for each in root.children.values():
            _flatten(each, None, hops)
        return tuple(hops)

    def _nothing(self, root: Node) -> None:
        """No launch was found: what is there instead."""
        if self.memory:
            place = self.memory[0]
            root.child("end", place, note=f"no kernel: a memcpy ({place.name})")
            return
        if self.lost:
            for place in self.lost:
                root.child("end", place, note=f"{place.name} is declared here and defined nowhere in this checkout")
            return
        root.child("end", root.place, note="no kernel: nothing is launched here, nor in what is called from here")

    def read(self, frame: Frame, node: Node, above: tuple[tuple[str, int], ...]) -> None:
        body = frame.body
        found = list(sites(body, frame.start))
        taken = {site.at for site in found}
        events: list[tuple[int, Site | Callee]] = [(site.at, site) for site in found]
        events += ((callee.at, callee) for callee in body.calls(frame.start) if callee.at not in taken)
        for _, event in sorted(events, key=lambda each: each[0]):
            if self.hops > _MOST:
                node.child("end", node.place, note=f"cut: more than {_MOST} hops below one function")
                return
            if isinstance(event, Site):
                self._site(frame, node, event)
            else:
                self._call(frame, node, event, above)
        self._generated(frame, node)
        if not frame.whole:
            node.child(
                "end", node.place, note="its macros expand to more than is read: what they launch may be missing"
            )

    def _place(self, frame: Frame, at: int, name: str) -> Place:
        piece = frame.body.pieces[at]
        return Place(piece.path, piece.line, name, self.units.lexed(piece.path).condition(piece.line))

    def _site(self, frame: Frame, node: Node, site: Site) -> None:
        under = self._through(frame, node, site.at)
        launch = under.child("launch", self._place(frame, site.at, site.name), site.how)
        assert site.kernel is not None
        targets = self.targets.kernels(frame, site.kernel)
        known = [one.home for one in targets if one.home is not None]
        for home in known:
            self.hops += 1
            place = Place(home.path, home.definition.line, home.definition.symbol, home.definition.condition)
            launch.child("kernel", place, site.name, home.sure)
        if not known:
            names = ", ".join(dict.fromkeys(one.missing for one in targets if one.missing)) or site.name
            place = Place(launch.place.path, launch.place.line, names)
            launch.child(
                "end", place, note=f"not resolved: no __global__ function of the checkout is known to be {names}"
            )

    def _through(self, frame: Frame, node: Node, at: int) -> Node:
        """The node below the macros that the piece came through."""
        for use in frame.body.pieces[at].chain:
            node = self._used(node, use)
        return node

    def _used(self, node: Node, use: Use) -> Node:
        macro = use.macro
        name = macro.define.name
        place = Place(use.path, use.line, name, self.units.lexed(use.path).condition(use.line))
        known = [each for each in node.children.values() if each.via == "use" and each.place.name == name]
        if known:
            used = known[0]
            where = f"{use.path}:{use.line}"
            if (used.place.path, used.place.line) != (use.path, use.line) and where not in used.more:
                used.more.append(where)
        else:
            self.hops += 1
            used = node.child("macro", place, "use")
        self.hops += 1
        defined = Place(macro.path, macro.define.line, name, macro.condition)
        return used.child("macro", defined, "#define", note=None)

    def _call(self, frame: Frame, node: Node, callee: Callee, above: tuple[tuple[str, int], ...]) -> None:
        owner = library(callee.path)
        if owner is not None and callee.receiver is None:
            place = self._place(frame, callee.at, callee.path)
            end = self._through(frame, node, callee.at).child("launch", place, callee.path)
            end.child("end", place, note=f"external library: {owner}")
            return
        if moves_memory(callee.path):
            self.memory.append(self._place(frame, callee.at, callee.path))
            return
        if len(above) >= _DEEPEST:
            return
        for home in self._homes(frame, callee):
            here = (home.path, home.definition.line)
            if here in above or here == (frame.path, frame.definition.line):
                continue
            inner = self.targets.called(frame, callee, home)
            place = Place(home.path, home.definition.line, home.definition.symbol, home.definition.condition)
            piece = frame.body.pieces[callee.at]
            under = self._through(frame, node, callee.at)
            made = under.child("function", place, f"{piece.path}:{piece.line}", home.sure)
            self.read(inner, made, (*above, (frame.path, frame.definition.line)))

    def _homes(self, frame: Frame, callee: Callee) -> tuple[Home, ...]:
        if callee.receiver is not None:
            return ()
        return self.targets.homes.functions(callee.path, frame.path)

    def _generated(self, frame: Frame, node: Node) -> None:
        """What a file that the build makes would bring in."""
        for piece in frame.body.pieces[frame.start :]:
            if piece.text.startswith("#include ") and not self.units.included(piece.path, piece.text[9:]):
                place = Place(
                    piece.path, piece.line, piece.text[9:], self.units.lexed(piece.path).condition(piece.line)
                )
                node.child("end", place, note=f"generated code: the build writes {piece.text[9:]}")


def _flatten(node: Node, parent: int | None, hops: list[Hop]) -> None:
    number = len(hops)
    note = node.note
    if node.more:
        shown = ", ".join(node.more[:12]) + (f" and {len(node.more) - 12} more" if len(node.more) > 12 else "")
        note = f"also used at {shown}"
    hops.append(Hop(number, node.kind, node.place, parent, None, node.via, node.sure, note))
    for each in node.children.values():
        _flatten(each, number, hops)
