"""The Python definition that is asked about, as inference knows it."""

from __future__ import annotations

from reader.inference import Inference
from reader.syntax.scopes import Scope
from reader.value import frozen

# Bases that nothing is declared as.
_EMPTY_BASES = frozenset({"object", "ABC", "Protocol", "Generic", "NamedTuple", "TypedDict", "Exception", "str", "int"})


@frozen
class Target:
    """`owner` is the class that it is a member of, "" for a name of the module; `lineage` that class and its bases,
    `beyond` those bases that are not in the checkout. `local` is the function whose local name it is. `line` is the one
    of its name."""

    path: str
    symbol: str
    kind: str
    name: str
    owner: str = ""
    lineage: tuple[tuple[str, str], ...] = ()
    beyond: tuple[str, ...] = ()
    local: Scope | None = None
    line: int = 0
    dotted: str = ""  # the module's name, as an import writes it

    @property
    def place(self) -> tuple[str, str]:
        return self.path, self.owner


def target(inference: Inference, path: str, symbol: str | None, kind: str, line: int) -> Target:
    if symbol is None:
        name = path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2]
        return Target(path, "", "file", name, dotted=inference.files.sources.dotted(path))
    module, dotted = inference.files.module(path), inference.files.sources.dotted(path)
    outer, _, name = symbol.rpartition(".")
    scopes = module.named(outer) if outer else ()
    holder = next(iter(scopes), module.scopes.module)
    lines = [one.line for scope in scopes or (module.scopes.module,) for one in module.bound(name, scope)]
    line = line or next(iter(lines), 0)
    if holder.kind == "class":
        lineage = inference.members.lineage(path, outer)
        beyond = tuple(one for one in lineage.outside if one.rpartition(".")[2] not in _EMPTY_BASES)
        return Target(path, symbol, kind, name, outer, lineage.order, beyond, line=line, dotted=dotted)
    local = holder if holder.kind == "function" else None
    return Target(path, symbol, kind, name, local=local, line=line, dotted=dotted)
