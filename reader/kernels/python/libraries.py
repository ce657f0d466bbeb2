"""Which namespace a `torch.library.Library` stands for, and what a registering function falls back on.

Read off the file that makes the library or defines the function, by following imports; a library that is made outside
of the checkout has no namespace that could be known.
"""

from __future__ import annotations

import re

from reader.kernels.python.leads import Leads
from reader.syntax.scoped_imports import imports_of

DIRECT = "direct_register_custom_op"
UNKNOWN = "?"  # a namespace that the checkout does not tell

_LIBRARY = r"(?:\bas\s+{name}\b|^[ \t]*{name}[ \t]*(?::[^=\n]+)?=)"
_MADE = r"\b_?(?:scoped_l|L)ibrary\(\s*f?[\"'](?P<space>\w+)[\"']\s*,\s*[\"']\w+[\"'](?:\s*,\s*[\"'](?P<key>\w+)[\"'])?"


def space_of(leads: Leads, path: str, made: str, callee: str) -> str:
    if made:
        return library(leads, path, made)[0] or UNKNOWN
    return space_made_by(leads, path, callee) or UNKNOWN


def library(leads: Leads, path: str, name: str) -> tuple[str, str | None]:
    """Namespace and key of a `Library("ns", "IMPL", "KEY")` bound to a name here, or where it is imported from."""
    found = _boundlibrary(leads.text(path), name)
    if found:
        return found
    for lead in imports_of(leads.text(path), name.partition(".")[0]):
        module = leads.names.module_of(path, lead)
        found = _boundlibrary(leads.text(module), lead.target or name) if module and module.endswith(".py") else None
        if found:
            return found
    return "", None


def _boundlibrary(text: str, name: str) -> tuple[str, str | None] | None:
    if name not in text:
        return None
    bound = re.escape(name)
    match = re.search(_LIBRARY.format(name=bound) + r"[ \t]*(?:[\w.]*\.)?" + _MADE, text, re.M) or re.search(
        _MADE + r"[^)\n]*\)\s*as\s+" + bound + r"\b", text
    )
    return (match["space"], match["key"]) if match else None


def _registrar(leads: Leads, path: str, callee: str) -> str | None:
    """The file that defines the registering function."""
    name = callee.rpartition(".")[2]
    if re.search(rf"^def {re.escape(name)}\b", leads.text(path), re.M):
        return path
    for one in leads.of(path, callee, 1):
        if one.path:
            return one.path
    for found in imports_of(leads.text(path), name):
        module = leads.names.module_of(path, found)
        if module and module.endswith(".py"):
            return module
    return None


def space_made_by(leads: Leads, path: str, callee: str) -> str | None:
    """The namespace of the one library that the registering function's own module makes."""
    home = _registrar(leads, path, callee)
    found = {one["space"] for one in re.finditer(_MADE, leads.text(home))} if home else set()
    return found.pop() if len(found) == 1 else None


def default_key(leads: Leads, path: str, callee: str) -> str | None:
    home = _registrar(leads, path, callee)
    if home is None:
        return None
    text = leads.text(home)
    start = text.find(f"def {DIRECT}")
    head = (
        re.search(r"dispatch_key\s*:[^=,)]*=\s*(?:[\"'](\w+)[\"']|None)", text[start : start + 1200])
        if start >= 0
        else None
    )
    if head is None or head[1]:
        return head[1] if head else None
    body = re.search(r"^\s+dispatch_key\s*=\s*([\w.]+)\s*$", text[start : start + 4000], re.M)
    return body[1] if body else None
