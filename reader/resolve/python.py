"""Python names: a definition in the file, a chain of bindings out of it, or a member of a base class.

Static rules only. A chain that leaves the checkout, ends in nothing or bites its own tail stops there and says so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from reader.resolve.site import Candidate, Hop
from reader.resolve.sources import SCRIPTS, Match, Sources, is_python
from reader.syntax import Binding, Definition, calls
from reader.value import frozen

_T = TypeVar("_T")

# The longest honest chain seen (0.33.0) has 5 links; a longer one is a cycle through `*` imports.
_LONGEST = 24

_PLACEHOLDERS = frozenset({"object", "Any", "typing.Any", "None"})


@frozen
class Found:
    """`symbol` None is a whole module. `inherited` names the class that was asked, when a base answered."""

    path: str
    symbol: str | None
    kind: str
    line: int
    start: int
    end: int
    hops: tuple[Hop, ...] = ()
    twins: tuple[Definition, ...] = ()
    inherited: bool = False
    note: str | None = None
    others: tuple[Candidate, ...] = ()

    def candidate(self) -> Candidate:
        return Candidate(self.path, self.symbol, self.line)


@frozen
class Lost:
    """Why a chain ended in nothing. `owner` is the class or function that was found and lacks the member."""

    reason: str
    hops: tuple[Hop, ...] = ()
    owner: Found | None = None
    outside: bool = False
    several: tuple[Found, ...] = ()


Trail = tuple[tuple[str, tuple[str, ...]], ...]


class Names:
    def __init__(self, sources: Sources) -> None:
        self.sources = sources

    def find(self, path: str, parts: tuple[str, ...], trail: Trail = ()) -> Found | Lost:
        """Where `parts` lead when asked of this file; `trail` holds the questions that led here."""
        if (path, parts) in trail or len(trail) > _LONGEST:
            chain = " -> ".join(f"{at}::{'.'.join(name)}" for at, name in (*trail, (path, parts)))
            return Lost(f"its imports go in a circle: {chain}")
        trail = (*trail, (path, parts))
        match = self.sources.match(path, ".".join(parts))
        if match:
            return self._defined(path, parts, match)
        field = self._bound(path, parts, trail)
        if field:
            return field
        for length in range(len(parts) - 1, 0, -1):
            owner = self.sources.match(path, ".".join(parts[:length]))
            if owner:
                return self._member(path, parts, length, owner.definition, trail)
        return self._followed(path, parts, trail)

    def _defined(self, path: str, parts: tuple[str, ...], match: Match) -> Found:
        found = of_definition(path, match.definition, match.twins)
        if not self.sources.may_bind(path, parts[0], match.definition.end):
            return found
        later = [
            one
            for one in self._of(path, parts[0], "")
            if one.how in ("import", "assign", "lazy") and one.line > match.definition.end
        ]
        if not later:
            return found
        when = f" under `{later[-1].condition}`" if later[-1].condition else ""
        note = f"{parts[0]} is bound again at line {later[-1].line}{when}: {_how(later[-1])}"
        other = self._follow(path, later[-1], parts[1:], ((path, parts),))
        return replace(found, note=note, others=(other.candidate(),) if isinstance(other, Found) else ())

    def _of(self, path: str, name: str, scope: str) -> list[Binding]:
        return [one for one in self.sources.bindings(path) if one.name == name and one.scope == scope and not one.stub]

    def _bound(self, path: str, parts: tuple[str, ...], trail: Trail) -> Found | Lost | None:
        """A field of a class or a name of the module: what it stands for when that is code, else its own line."""
        scope = ".".join(parts[:-1])
        bound = self._of(path, parts[-1], scope)
        if scope:
            return self._field(path, scope, parts, bound, trail) if bound else None
        values = [one for one in bound if one.how in ("value", "assign")]
        if not values or any(one.how in ("import", "lazy") for one in bound):
            return None
        aliases = [one for one in values if one.how == "assign" and one.target not in _PLACEHOLDERS]
        followed = [self._follow(path, one, (), trail) for one in aliases]
        code = [one for one in followed if isinstance(one, Found) and one.kind != "variable"]
        if code and len(aliases) == len(values):
            return _one_of(code)
        lost = [one for one in followed if isinstance(one, Lost)]
        dead_end = next((one for one in lost if "circle" in one.reason), None)
        if dead_end is None and len(lost) == len(values) and all(one.outside for one in lost):
            # `Tensor = torch.Tensor` is a constant of this file; `Platform = OtherPlatform` only hands a name on.
            dead_end = lost[0] if all("." not in (one.target or ".") for one in aliases) else None
        return dead_end or _variable(path, parts, values[0])

    def _field(
        self, path: str, scope: str, parts: tuple[str, ...], bound: list[Binding], trail: Trail
    ) -> Found | Lost | None:
        first = bound[0]
        if first.how == "assign" and first.target:
            target = self.find(path, (*scope.split("."), *first.target.split(".")), trail)
            if isinstance(target, Found) and not target.inherited and target.kind in ("method", "class", "function"):
                return replace(target, hops=(Hop(path, first.line, _how(first)), *target.hops))
        return _variable(path, parts, first)

    def _followed(self, path: str, parts: tuple[str, ...], trail: Trail) -> Found | Lost:
        bound = [one for one in self._of(path, parts[0], "") if one.how != "value"]
        if bound and bound[-1].condition is None:
            bound = bound[-1:]
        followed = [self._follow(path, one, parts[1:], trail) for one in bound]
        found = [one for one in followed if isinstance(one, Found)]
        if found:
            return _one_of(found)
        if not followed:
            followed = [
                self._follow(path, replace(one, target=parts[0]), parts[1:], trail)
                for one in self.sources.bindings(path)
                if one.how == "star" and not one.stub
            ]
            found = [one for one in followed if isinstance(one, Found)]
            if found:
                return _one_of(found)
            followed = [one for one in followed if isinstance(one, Lost) and "circle" in one.reason]
        if values := [one for one in self._of(path, parts[0], "") if one.how == "value"]:
            return self._of_value(path, parts, values, trail)
        inside = self._submodule(path, parts, trail)
        if inside:
            return inside
        lost = [one for one in followed if isinstance(one, Lost)]
        return lost[0] if lost else Lost(f"{path} neither defines nor imports {parts[0]}")

    def _of_value(self, path: str, parts: tuple[str, ...], values: list[Binding], trail: Trail) -> Found | Lost:
        """A member of what a name of the module holds: `REGISTRY.create` is `Registry.create`."""
        value, member = values[0], ".".join(parts[1:])
        made = self._class_called(path, value, trail) or self._class_inferred(path, value) if len(values) == 1 else None
        if made is None:
            return Lost(
                f"{parts[0]} is bound at line {value.line} of {path}, to nothing that is known to have {member}"
            )
        hop = Hop(path, value.line, f"{parts[0]} is of the class {made[1]}")
        answer = self.find(made[0], (*made[1].split("."), *parts[1:]), trail)
        return replace(answer, hops=(hop, *answer.hops))

    def _class_called(self, path: str, value: Binding, trail: Trail) -> tuple[str, str] | None:
        """Where the value is one call of a class that can be found."""
        called = calls(self.sources.text(path), "python", value.line, value.end)
        if not called or not _is_call(self.sources.text(path), value, called[0].full):
            return None
        found = self.find(path, tuple(called[0].full.split(".")), trail)
        return (
            (found.path, found.symbol) if isinstance(found, Found) and found.kind == "class" and found.symbol else None
        )

    def _class_inferred(self, path: str, value: Binding) -> tuple[str, str] | None:
        from reader.resolve.instances import class_of

        if not self.sources.checkout.on_disk:
            return None  # jedi reads files
        return class_of(self.sources.checkout.root, path, self.sources.text(path), value.name, value.line)

    def _follow(self, path: str, binding: Binding, rest: tuple[str, ...], trail: Trail) -> Found | Lost:
        hop = Hop(path, binding.line, _how(binding))
        target = tuple(binding.target.split(".")) if binding.target else ()
        if binding.how == "assign":
            answer = self.find(path, (*target, *rest), trail)
        else:
            answer = self._imported(path, binding, (*target, *rest), trail)
        if isinstance(answer, Lost) and not answer.owner and answer.outside:
            return replace(answer, hops=(hop, *answer.hops))
        return replace(answer, hops=(hop, *answer.hops))

    def _imported(self, path: str, binding: Binding, parts: tuple[str, ...], trail: Trail) -> Found | Lost:
        module = self.module_of(path, binding)
        if module is None:
            shown = "." * binding.level + (binding.module or "")
            return Lost(f"it is imported from {shown}, which is not in this checkout", outside=True)
        if not parts:
            return self._whole(module)
        if not is_python(module):
            return self._submodule(module, parts, trail) or Lost(f"{module} has no {parts[0]}")
        if module == path and binding.target:
            # `from . import core` in a package's __init__ names the submodule, which the name would shadow.
            return self._submodule(path, parts, trail) or Lost(f"its imports go in a circle: {path} imports itself")
        return self.find(module, parts, trail)

    def module_of(self, path: str, binding: Binding) -> str | None:
        """The file that a module name means when written in `path`: `m.py`, `m/__init__.py`, or the folder `m/`."""
        tail = binding.module.split(".") if binding.module else []
        folder = path.split("/")[:-1]
        if binding.level:
            roots = [folder[: len(folder) - binding.level + 1]] if binding.level <= len(folder) + 1 else []
        elif self.sources.roots is not None:
            return self.sources.roots.module(path, tail, binding.target and binding.target.partition(".")[0])
        else:
            roots = [[], folder] if self._runs_in(folder) else [[]]
        for root in roots:
            place = self._module("/".join([*root, *tail]))
            if place and (place != path or binding.level):
                return place
        return None

    def _runs_in(self, folder: list[str]) -> bool:
        """Whether a file of this folder may import the one beside it by its bare name: scripts do, in `benchmarks/`
        and `examples/`; in a package `import ssl` means the library, also beside an `ssl.py`."""
        inside = "/".join((*folder, "__init__.py"))
        return not SCRIPTS.isdisjoint(folder) or not self.sources.checkout.has(inside)

    def _module(self, stem: str) -> str | None:
        checkout = self.sources.checkout
        for path in (f"{stem}.py", f"{stem}/__init__.py", f"{stem}.pyi"):
            if checkout.has(path):
                return path
        return f"{stem}/" if stem and checkout.is_directory(stem) else None

    def _submodule(self, path: str, parts: tuple[str, ...], trail: Trail) -> Found | Lost | None:
        """`parts` asked of a package, where the first may be a module in it."""
        folder = path if path.endswith("/") else path.removesuffix("__init__.py")
        if not folder.endswith("/"):
            return None
        module = self._module(folder + parts[0])
        if module is None:
            return None
        hop = Hop(path, 1, f"{parts[0]} is a module of this package")
        if not parts[1:]:
            whole = self._whole(module)
            return replace(whole, hops=(hop, *whole.hops))
        if not is_python(module):
            return self._submodule(module, parts[1:], trail)
        answer = self.find(module, parts[1:], trail)
        return replace(answer, hops=(hop, *answer.hops))

    def _whole(self, module: str) -> Found:
        if module.endswith("/"):
            return Found(module, None, "directory", 1, 1, 1)
        return Found(module, None, "file", 1, 1, max(1, len(self.sources.text(module).splitlines())))

    def _member(self, path: str, parts: tuple[str, ...], length: int, owner: Definition, trail: Trail) -> Found | Lost:
        """`parts[:length]` is defined here and `parts[length]` is not in its body: a base may have it."""
        site = of_definition(path, owner)
        name = parts[length]
        if owner.kind != "class":
            return Lost(f"{owner.symbol} is a {owner.kind} here and has no {name}", owner=site)
        order, outside = self._lineage(path, owner.symbol)
        for base_path, base in order[1:]:
            own = (*base.split("."), name)
            if not self._has(base_path, own):
                continue
            answer = self.find(base_path, (*own, *parts[length + 1 :]), trail)
            if isinstance(answer, Found):
                line = self._class_line(base_path, base)
                hop = Hop(base_path, line, f"{owner.symbol} inherits {name} from {base}")
                return replace(
                    answer, hops=(Hop(path, owner.line, f"class {owner.symbol}"), hop, *answer.hops), inherited=True
                )
        message = f"{owner.symbol} has no {name}"
        if outside:
            message += f", unless from {' or '.join(outside)}, outside of this checkout"
        return Lost(message, owner=site)

    def _has(self, path: str, parts: tuple[str, ...]) -> bool:
        return bool(self.sources.match(path, ".".join(parts)) or self._of(path, parts[-1], ".".join(parts[:-1])))

    def _class_line(self, path: str, symbol: str) -> int:
        match = self.sources.match(path, symbol)
        return match.definition.line if match else 1

    def _lineage(
        self, path: str, symbol: str, below: tuple[tuple[str, str], ...] = ()
    ) -> tuple[list[tuple[str, str]], list[str]]:
        """The class and its bases in method resolution order, and the names of those that are not in the checkout."""
        me = (path, symbol)
        if me in below:
            return [], []
        lines: list[list[tuple[str, str]]] = []
        direct: list[tuple[str, str]] = []
        outside: list[str] = []
        for base in self.sources.bases(path, symbol):
            answer = self._base(path, symbol, base)
            if isinstance(answer, Found) and answer.kind == "class" and answer.symbol:
                direct.append((answer.path, answer.symbol))
                line, beyond = self._lineage(answer.path, answer.symbol, (*below, me))
                lines.append(line)
                outside += beyond
            elif base not in ("object", "ABC", "Protocol", "Generic", "Enum", "NamedTuple", "TypedDict"):
                outside.append(base)
        return [me, *merged([*lines, direct])], list(dict.fromkeys(outside))

    def _base(self, path: str, symbol: str, base: str) -> Found | Lost:
        scope = symbol.split(".")[:-1]
        parts = tuple(base.split("."))
        if scope:
            nested = self.find(path, (*scope, *parts))
            if isinstance(nested, Found) and nested.kind == "class":
                return nested
        if (path, symbol) == (path, base):
            # `class X(X)`: the base is what was imported under that name.
            return self._followed(path, parts, ())
        return self.find(path, parts)


def place_of(sources: Sources, path: str) -> Found | None:
    """A file or directory as such, where there is one."""
    checkout = sources.checkout
    if checkout.is_directory(path):
        return Found(path.rstrip("/") + "/", None, "directory", 1, 1, 1)
    if not path.endswith("/") and checkout.has(path):
        text = sources.text(path)
        return Found(path, None, "file", 1, 1, max(1, text.count("\n") + (not text.endswith("\n"))))
    return None


def of_definition(path: str, definition: Definition, twins: tuple[Definition, ...] = ()) -> Found:
    return Found(
        path, definition.symbol, definition.kind, definition.line, definition.start, definition.end, twins=twins
    )


def _variable(path: str, parts: tuple[str, ...], binding: Binding) -> Found:
    return Found(path, ".".join(parts), "variable", binding.line, binding.line, binding.end)


def _one_of(found: list[Found]) -> Found | Lost:
    """Several bindings under different conditions are no answer unless they lead to one place."""
    places = {(one.path, one.symbol): one for one in reversed(found)}
    if len(places) == 1:
        return found[0]
    return Lost("it is bound in several ways, by conditions that only running decides", several=tuple(places.values()))


def _is_call(text: str, value: Binding, name: str) -> bool:
    """Whether what stands behind the `=` begins with a call of `name`."""
    _, _, behind = text.split("\n")[value.line - 1].partition("=")
    return behind.strip().startswith(f"{name}(")


def _how(binding: Binding) -> str:
    source = "." * binding.level + (binding.module or "")
    match binding.how:
        case "assign":
            return f"assigns {binding.name} = {binding.target}"
        case "star":
            return f"imports * from {source}"
        case "lazy":
            return f"gives {binding.name} on demand from {source or binding.target}"
    renamed = f" as {binding.name}" if binding.target not in (None, binding.name) else ""
    return f"imports {binding.target}{renamed} from {source}" if binding.target else f"imports {source}{renamed}"


def merged(lines: list[list[_T]]) -> list[_T]:
    """The order in which Python asks several bases, C3; where the checkout gives no consistent one, depth first."""
    pending = [list(line) for line in lines if line]
    order: list[_T] = []
    while pending:
        head = next((line[0] for line in pending if all(line[0] not in other[1:] for other in pending)), None)
        if head is None:
            head = pending[0][0]
        order.append(head)
        pending = [rest for line in pending if (rest := [one for one in line if one != head])]
    return order
