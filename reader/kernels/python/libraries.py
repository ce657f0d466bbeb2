"""Which namespace a `torch.library.Library` stands for, and what a registering function falls back on.

Read off the file that makes the library or defines the function, by following imports; a library that is made outside
of the checkout has no namespace that could be known.
"""

from __future__ import annotations

import re
from functools import lru_cache

from reader.kernels.python.leads import Leads
from reader.pattern import pattern
from reader.syntax import Binding
from reader.syntax.scoped_imports import imports_of

DIRECT = "direct_register_custom_op"
UNKNOWN = "?"  # a namespace that the checkout does not tell

_BOUND = r"^[ \t]*{name}[ \t]*(?::[^=\n]+)?=[ \t]*(?:[\w.]*\.)?"
_MADE = r"\b(?:_scoped_l|L)ibrary\(\s*[\"'](?P<space>\w+)[\"']\s*,\s*[\"']\w+[\"'](?:\s*,\s*[\"'](?P<key>\w+)[\"'])?"
_AS = r"[^)\n]*\)\s*as\s+{name}\b"
_LIBRARY = pattern(_MADE)
_IMPORTED = r"from[ \t]+(?P<dots>\.*)(?P<module>[\w.]*)[ \t]+import\b[ \t]*(?:\([^()]*?\b{name}\b|[^\n(]*?\b{name}\b)"
_DEFAULT = pattern(r"dispatch_key\s*:[^=,)]*=\s*(?:[\"'](\w+)[\"']|None)")
_CHOSEN = pattern(r"^\s+dispatch_key\s*=\s*([\w.]+)\s*$", re.M)
_BODY = 4000  # characters of a registering function that are looked at


class Libraries:
    """Remembers what each file says, because one file registers fifty operations in the same way."""

    def __init__(self, leads: Leads) -> None:
        self.leads = leads
        self._homes: dict[tuple[str, str], str | None] = {}
        self._spaces: dict[str, str | None] = {}
        self._keys: dict[str, str | None] = {}

    def space(self, path: str, library: str, callee: str) -> str:
        """Of what is registered with this library, or with that of the registering function."""
        found = self.of(path, library)[0] if library else self.made_by(path, callee)
        return found or UNKNOWN

    def of(self, path: str, name: str) -> tuple[str, str | None]:
        """Namespace and key of a `Library("ns", "IMPL", "KEY")` bound to a name here, or where it is imported from."""
        found = _bound(self.leads.text(path), name)
        if found:
            return found
        for lead in imports_of(self.leads.text(path), name.partition(".")[0]):
            module = self.leads.names.module_of(path, lead)
            if module and module.endswith(".py"):
                found = _bound(self.leads.text(module), lead.target or name)
                if found:
                    return found
        return "", None

    def made_by(self, path: str, callee: str) -> str | None:
        """The namespace of the one library that the registering function's own module makes."""
        home = self._home(path, callee)
        if home is not None and home not in self._spaces:
            found = {one["space"] for one in _LIBRARY.finditer(self.leads.text(home))}
            self._spaces[home] = found.pop() if len(found) == 1 else None
        return self._spaces[home] if home is not None else None

    def default_key(self, path: str, callee: str) -> str | None:
        """What the registering function takes where no dispatch key is given, as it is written there."""
        home = self._home(path, callee)
        if home is not None and home not in self._keys:
            text = self.leads.text(home)
            start = text.find(f"def {DIRECT}")
            self._keys[home] = _default(text[start : start + _BODY]) if start >= 0 else None
        return self._keys[home] if home is not None else None

    def _home(self, path: str, callee: str) -> str | None:
        """The file that defines the registering function."""
        name = callee.rpartition(".")[2]
        if (path, name) not in self._homes:
            self._homes[path, name] = self._found(path, callee, name)
        return self._homes[path, name]

    def _found(self, path: str, callee: str, name: str) -> str | None:
        text = self.leads.text(path)
        if f"\ndef {name}(" in text:
            return path
        imported = re.search(_IMPORTED.format(name=re.escape(name)), text)
        if imported:
            lead = Binding(name, "import", 1, 1, imported["module"] or None, len(imported["dots"]))
            module = self.leads.names.module_of(path, lead)
            if module and module.endswith(".py") and f"def {name}(" in self.leads.text(module):
                return module
        return next((one.path for one in self.leads.of(path, callee, 1) if one.path), None)


@lru_cache(maxsize=2)
def libraries(leads: Leads) -> Libraries:
    return Libraries(leads)


def _bound(text: str, name: str) -> tuple[str, str | None] | None:
    if name not in text or "ibrary(" not in text:
        return None
    word = re.escape(name)
    match = re.search(_BOUND.format(name=word) + _MADE, text, re.M) or re.search(_MADE + _AS.format(name=word), text)
    return (match["space"], match["key"]) if match else None


def _default(function: str) -> str | None:
    head = _DEFAULT.search(function)
    if head is None or head[1]:
        return head[1] if head else None
    chosen = _CHOSEN.search(function)
    return chosen[1] if chosen else None
