"""What else bears a name in C++ and CUDA, and which of them a place may mean: by scope, by includes, by arguments."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from reader import syntax
from reader.syntax import Definition
from reader.syntax.cpp.callees import closing_angle
from reader.syntax.cpp.linkage import is_internal, parameters
from reader.syntax.cpp.mentions import Mention, mentions, parts_of
from reader.usages.visible import Visible
from reader.value import frozen

Parts = tuple[str, ...]

_USING = re.compile(r"\busing\s+namespace\s+(?:::)?([\w:]+)\s*;")
_USED = re.compile(r"\busing\s+(?:::)?([\w:]+)::(\w+)\s*;")
_ALIAS = re.compile(r"\bnamespace\s+(\w+)\s*=\s*(?:::)?\s*([\w:]+)\s*;")
_NAMED = re.compile(r"\busing\s+(\w+)\s*=|\b(?:typename|class)\s+(\w+)\s*[,>=]")
_SIDES = ("csrc/cpu/", "csrc/rocm/")  # each is built into a library of its own
_LINEAGE = 20  # classes between one and its base, at most
UNSEEN = "not all that include this file include its definition"


@frozen
class Entity:
    """One definition or declaration of the name; macros have a world of their own."""

    path: str
    parts: Parts
    definition: Definition

    @property
    def declared(self) -> bool:
        return self.definition.kind == "declaration"


class Entities:
    def __init__(self, texts: Mapping[str, str], name: str, visible: Visible) -> None:
        self.texts = texts
        self.visible = visible
        self.every: list[Entity] = []
        self.constructors: list[Entity] = []
        self._scopes: dict[str, set[str]] = defaultdict(set)
        self._classes: dict[tuple[str, Parts], list[Definition]] = defaultdict(list)
        self._macros: set[str] = set()
        self._namespaces: set[str] = set()
        self._using: dict[str, tuple[Parts, ...]] = {}
        self._aliases: dict[str, dict[str, str]] = {}
        self._values: dict[str, frozenset[str]] = {}
        self._internals: dict[tuple[str, int], bool] = {}
        self.mentions: dict[str, tuple[Mention, ...]] = {}
        for path, text in texts.items():
            self._read(path, text, name)

    def _read(self, path: str, text: str, name: str) -> None:
        """Definitions and mentions at once, as long as the file's outline is remembered."""
        language = syntax.language_of(path)
        for one in (*syntax.definitions(text, language), *syntax.declarations(text, language)):
            parts = parts_of(one.symbol)
            if one.kind in ("class", "struct", "union"):
                self._scopes[parts[-1]].add(path)
                self._classes[path, parts].append(one)
            elif one.kind == "namespace":
                self._namespaces.update(parts)
            if parts[-1] == name:
                if one.kind == "macro":
                    self._macros.add(path)
                elif parts[-2:-1] == parts[-1:]:
                    self.constructors.append(Entity(path, parts, one))
                else:
                    self.every.append(Entity(path, parts, one))
        self.mentions[path] = mentions(text, name)

    @cached_property
    def symbols(self) -> frozenset[Parts]:
        return frozenset(one.parts for one in self.every)

    @cached_property
    def _by_parts(self) -> dict[Parts, list[Entity]]:
        found: defaultdict[Parts, list[Entity]] = defaultdict(list)
        for one in self.every:
            for parts in self.spellings(one.parts):
                found[parts].append(one)
        return found

    def spellings(self, parts: Parts) -> tuple[Parts, ...]:
        """With what a macro in place of a namespace's name may stand for, one at a time."""
        for index, part in enumerate(parts[:-1]):
            if part.isupper() and part not in self._values:
                defined = re.compile(rf"#[ \t]*define[ \t]+{re.escape(part)}[ \t]+(\w+)[ \t]*$".encode(), re.M)
                found = {value.decode() for data in self.visible.texts.values() for value in defined.findall(data)}
                self._values[part] = frozenset(found)
            if part.isupper() and self._values[part]:
                return (parts, *((*parts[:index], value, *parts[index + 1 :]) for value in sorted(self._values[part])))
        return (parts,)

    def twins(self, path: str, line: int, target: Entity) -> str | None:
        """As `chosen`, for a member of a class that its file defines several times: by specialisation, or by `#if`."""
        bodies = self._classes.get((target.path, target.parts[:-1]), [])
        if len(bodies) < 2:
            return ""
        around = [one for one in bodies if path == target.path and one.start <= line <= one.end]
        if around:
            return "" if any(one.start <= target.definition.line <= one.end for one in around) else None
        if all(one.condition for one in bodies) and len({one.condition for one in bodies}) == len(bodies):
            return ""
        return f"one of {len(bodies)} classes of that name in {target.path}"

    def inherits(self, name: str, owner: str) -> bool:
        """Whether the class has the target's member from `owner`: derived from it, with none of its own between."""
        own = {parts[-2] for parts in self.symbols if len(parts) > 1}
        pending: list[str] = [name]
        seen: set[str] = set()
        while pending and len(seen) < _LINEAGE:
            one = pending.pop()
            if one == owner:
                return True
            if one not in seen and one not in own:
                seen.add(one)
                pending += self.visible.bases(one)
        return False

    def macros(self) -> frozenset[str]:
        """The files that define it as a macro."""
        return frozenset(self._macros)

    def is_class(self, name: str) -> bool:
        return name in self._scopes

    def is_namespace(self, name: str) -> bool:
        return name in self._namespaces

    @cached_property
    def names_of_types(self) -> frozenset[str]:
        """Names that a type is given: aliases, and parameters of templates."""
        return frozenset(one for text in self.texts.values() for pair in _NAMED.findall(text) for one in pair if one)

    def at(self, path: str, line: int, parts: Parts) -> Entity | None:
        own = [one for one in self.every if one.path == path and one.parts == parts]
        return next((one for one in own if one.definition.line == line), own[0] if own else None)

    def on(self, path: str, line: int) -> Entity | None:
        return next((one for one in self.every if one.path == path and one.definition.line == line), None)

    def reach(self, path: str, scopes: Parts, qualifier: Parts, name: str, *, rooted: bool) -> Parts | None:
        """The qualified name that one written in these scopes leads to: what the file sees counts before the rest."""
        prefixes: list[Parts] = [()]
        if not rooted:
            prefixes = [scopes[:count] for count in range(len(scopes), -1, -1)]
            prefixes += [(*prefix, *one) for one in self._opened(path, name) for prefix in prefixes]
        wanted = [(*prefix, *qualifier, name) for prefix in prefixes]
        closure = self.visible.closure(path)
        for parts in wanted:
            if any(one.path in closure for one in self._by_parts.get(parts, ())):
                return parts
        return next((parts for parts in wanted if parts in self._by_parts), None)

    def _opened(self, path: str, name: str) -> tuple[Parts, ...]:
        """By `using namespace` in the file, and by `using ns::name` in what it sees."""
        if path not in self._using:
            opened = _USING.findall(self.texts[path])
            for seen in self.visible.closure(path) & self.texts.keys():
                opened += [scope for scope, used in _USED.findall(self.texts[seen]) if used == name]
            self._using[path] = tuple(tuple(one.split("::")) for one in opened)
        return self._using[path]

    def unaliased(self, path: str, qualifier: Parts) -> Parts:
        """With a namespace's other name put right, as `namespace fs = std::filesystem` gives it."""
        if qualifier and path not in self._aliases:
            self._aliases[path] = dict(_ALIAS.findall(self.texts[path]))
        if qualifier and qualifier[0] in self._aliases[path]:
            return (*self._aliases[path][qualifier[0]].split("::"), *qualifier[1:])
        return qualifier

    def chosen(self, path: str, target: Entity) -> str | None:
        """Whether the name, used in `path`, is this definition of it: the reason for a doubt, "" for none, None where
        it is another file's."""
        same = [one for one in self._by_parts.get(target.parts, ()) if not one.declared or target.declared]
        closure = self.visible.closure(path)
        seen = {one.path for one in same} & closure
        if target.path in seen:
            if path == target.path:
                return ""
            others = sorted(seen - {target.path})
            return f"{path if path in others else others[0]} defines one too" if others else ""
        if seen:
            return None
        together = self.visible.together(path, target.path)
        if together:
            return ""
        told = None
        if not self._internal(target):
            told = self._linked(path, target, [one for one in same if not self._internal(one)], closure)
        return UNSEEN if told is None and together is None else told

    def _linked(self, path: str, target: Entity, same: list[Entity], closure: frozenset[str]) -> str | None:
        """Of definitions that the file does not see, only their declarations."""
        headers = {one.path for one in self._by_parts[target.parts] if one.declared} & closure
        files = {one.path for one in same}
        if not headers:
            return None
        for narrowed in (
            {one for one in files if self.visible.closure(one) & (headers - {path})},
            {one for one in files if _side(one) == _side(path)},
        ):
            files = files & narrowed or files
        if target.path not in files:
            return None
        others = sorted(files - {target.path})
        return f"{others[0]} defines one too" if others else ""

    def _internal(self, one: Entity) -> bool:
        key = one.path, one.definition.line
        if key not in self._internals:
            self._internals[key] = is_internal(self.texts[one.path], one.definition)
        return self._internals[key]

    def overload(self, target: Entity, arguments: int | None, template: str | None) -> str | None:
        """As `chosen`, among the definitions of one qualified name in one file."""
        special = self._special(target)
        if special:
            if template is None or "".join(template.split()) == special:
                return "one of several specialisations" if template is None else ""
            return "its arguments may come to this specialisation" if _open(template) else None
        if target.definition.kind in ("class", "struct", "union", "enum", "type"):
            return ""
        rivals = [one for one in self._by_parts[target.parts] if one.path == target.path and self._rival(target, one)]
        if not rivals:
            return ""
        counts = {one.definition.line: self._count(one) for one in (target, *rivals)}
        own = counts.pop(target.definition.line)
        if arguments is not None and list(counts.values()).count(arguments) + (own == arguments) == 1:
            return "" if own == arguments else None
        return f"one of {len(rivals) + 1} of that name in {target.path}"

    def _rival(self, target: Entity, one: Entity) -> bool:
        """Another overload, not the other side of an `#if` and not a specialisation."""
        mine, other = target.definition, one.definition
        if other.line == mine.line or one.declared != target.declared or self._special(one):
            return False
        return mine.condition == other.condition or None in (mine.condition, other.condition)

    def _special(self, one: Entity) -> str:
        """The arguments of an explicit specialisation."""
        lines = self.texts[one.path].split("\n")[one.definition.line - 1 :][:6]
        match = re.search(rf"\b{re.escape(one.parts[-1])}\s*<", head := "\n".join(lines))
        if match is None or re.search(r"[;{]", head[: match.start()]):
            return ""
        close = closing_angle(head, match.end() - 1)
        return "".join(head[match.end() - 1 : close].split()) if close is not None else ""

    def _count(self, one: Entity) -> int:
        return len(parameters(self.texts[one.path], one.definition))


def _side(path: str) -> str:
    return next((side for side in _SIDES if path.startswith(side)), "")


def _open(template: str) -> bool:
    """Whether the arguments name something that a template or a macro may set."""
    return re.search(r"[a-z]_t\d?\b|\bT\w*\b|\bk?[A-Z]\w*|_type|[a-z]\w*::", template) is not None
