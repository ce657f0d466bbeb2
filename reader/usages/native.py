"""Uses of a C++ or CUDA definition: functions, kernels, macros, types and their members.

A name that another scope or another file's own definition claims is no use. Where the text does not tell, as of a
member of an object whose type is not written, the place is kept apart with the reason.
"""

from __future__ import annotations

from dataclasses import replace

from reader import search
from reader.checkout import Checkout
from reader.resolve import Site
from reader.syntax.cpp.mentions import Mention, parts_of
from reader.usages.entities import UNSEEN, Entities
from reader.usages.values import Kind, Usages, Use
from reader.usages.visible import Visible

_TYPES = frozenset({"class", "struct", "union", "enum", "type"})
_FOREIGN = frozenset({"std", "at", "aten", "torch", "c10", "cutlass", "cute", "cub", "thrust", "cuda", "flashinfer"})
_OPAQUE = frozenset({"auto", "T", "decltype"})


def native_uses(checkout: Checkout, site: Site) -> tuple[Use, ...]:
    """In order of path and line; nothing where the site is no definition of C++ or CUDA."""
    if site.path is None or site.symbol is None or not site.path.endswith(search.NATIVE):
        return ()
    parts = parts_of(site.symbol)
    if parts[-2:-1] == parts[-1:]:
        return _made(_Search(checkout, site.path, parts[:-1], "class", 0))
    return _Search(checkout, site.path, parts, site.kind or "", site.line or 0).run()


def _made(search_of_class: _Search) -> tuple[Use, ...]:
    """Of a constructor: where its class is called."""
    several = len(search_of_class.entities.constructors) > 1
    why = "which of its constructors is not told" if several else None
    called = (one for one in search_of_class.run() if one.kind == "call")
    return tuple(replace(one, sure=False, why=one.why or why) if several else one for one in called)


def uses(checkout: Checkout, site: Site) -> Usages:
    return Usages(native_uses(checkout, site))


class _Search:
    def __init__(self, checkout: Checkout, path: str, parts: tuple[str, ...], kind: str, line: int) -> None:
        self.checkout = checkout
        self.path, self.kind, self.line = path, kind, line
        self.parts = parts
        self.name = self.parts[-1]
        self.visible = Visible(checkout)
        self.texts = {
            found: data.decode("utf-8", "replace").replace("\r\n", "\n")
            for found, data in search.texts_mentioning(checkout, self.name.lstrip("~"), "", search.NATIVE)
        }
        self.entities = Entities(self.texts, self.name, self.visible)
        self.target = self.entities.at(path, line, self.parts)

    def run(self) -> tuple[Use, ...]:
        found: list[Use] = []
        for path, mentioned in self.entities.mentions.items():
            for one in mentioned:
                use = self._judged(path, one)
                if use is not None:
                    found.append(use)
        return tuple(sorted(found, key=lambda one: (one.path, one.line, one.column)))

    def _judged(self, path: str, one: Mention) -> Use | None:
        if self.kind == "macro":
            told = self._of_macro(path)
        elif one.role in ("definition", "local", "directive"):
            return None
        elif one.role == "declaration":
            told = self._of_declaration(path, one)
        elif one.receiver is not None:
            told = self._of_member(path, one)
        else:
            told = self._of_name(path, one)
        if told is None:
            return None
        kind: Kind = "call" if one.called and one.role in ("use", "local") else "reference"
        return Use(path, one.line, one.column, kind, one.within, not told, told or None, one.text)

    def _of_macro(self, path: str) -> str | None:
        """The reason why it is not sure, "" where it is, None where it is no use; so in all of these."""
        homes = self.entities.macros()
        seen = self.visible.closure(path) & homes
        if self.path in seen:
            others = sorted(seen - {self.path})
            own = path in others
            if own:
                return f"{path} defines a macro of that name too"
            return f"also defined in {others[0]}, which is included too" if others else ""
        if seen:
            return None
        if len(homes) == 1:
            together = self.visible.together(path, self.path)
            return "" if together else UNSEEN if together is None else None
        return None

    def _of_declaration(self, path: str, one: Mention) -> str | None:
        entity = self.entities.on(path, one.line)
        if entity is None or entity.parts != self.parts:
            return None
        return self._of_entity(path)

    def _of_member(self, path: str, one: Mention) -> str | None:
        owner = self._owner()
        if owner is None:
            return None
        if one.receiver == "this":
            return self._inside(path, one, owner)
        known = one.type_of_receiver
        if known is not None and self.entities.inherits(known, owner):
            return self._here(path, one)
        if not self.visible.near(path, self.path):
            return None
        if known is None or known in _OPAQUE or known in self.entities.names_of_types:
            return f"the type of {one.receiver or 'the object'} is not written here"
        return None

    def _inside(self, path: str, one: Mention, owner: str) -> str | None:
        """Of a name used by itself within a class, or through `this`."""
        if not any(self.entities.inherits(scope, owner) for scope in one.scopes):
            return None
        return self._here(path, one)

    def _here(self, path: str, one: Mention) -> str | None:
        """Of a place that means this qualified name: which of its definitions."""
        if self.target is None:
            return "its definition is not found again"
        told = self._of_entity(path)
        if told == "" and self._owner() is not None:
            told = self.entities.twins(path, one.line, self.target)
        if told == "":
            told = self.entities.overload(self.target, one.arguments if one.called else None, one.template)
        return told

    def _owner(self) -> str | None:
        """The class that the target is a member of."""
        if len(self.parts) < 2 or self.kind in ("kernel", "macro"):
            return None
        is_class = self.kind == "method" or self.entities.is_class(self.parts[-2])
        return self.parts[-2] if is_class else None

    def _of_name(self, path: str, one: Mention) -> str | None:
        qualifier = self.entities.unaliased(path, one.qualifier)
        reached = self.entities.reach(path, one.scopes, qualifier, self.name, rooted=one.rooted)
        if reached is not None:
            return self._here(path, one) if reached in self.entities.spellings(self.parts) else None
        owner = self._owner()
        if qualifier:
            if owner is not None and self._stands_for(qualifier) and self.visible.near(path, self.path):
                return f"what {qualifier[-1]} stands for is not told"
            if self.parts[-1 - len(qualifier) : -1] == qualifier:
                return "" if len(self.entities.symbols) == 1 else "its outer scope is not written here"
            return None
        if one.in_macro:
            if owner is not None:
                return None
            alone = len(self.entities.symbols) == 1
            return self._of_entity(path) if alone else "in a macro's body, which may be expanded in any scope"
        if owner is not None:
            return self._inside(path, one, owner)
        if self.path not in self.visible.closure(path):
            return None
        if self.kind in _TYPES or not one.called:
            return None
        return "another scope, found by the types of its arguments if at all"

    def _stands_for(self, qualifier: tuple[str, ...]) -> bool:
        """Whether the class may hide behind this name: nothing that is known as a scope of its own."""
        last = qualifier[-1]
        return last in self.entities.names_of_types or not (
            qualifier[0] in _FOREIGN or self.entities.is_class(last) or self.entities.is_namespace(last)
        )

    def _of_entity(self, path: str) -> str | None:
        return self.entities.chosen(path, self.target) if self.target else "its definition is not found again"
