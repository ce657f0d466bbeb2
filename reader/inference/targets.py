"""From a position in a file to the definitions that the name there may mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from reader.inference.files import Files, Origin
from reader.inference.members import Definer
from reader.inference.values import Type, Types
from reader.resolve.python import Found, of_definition
from reader.syntax.bound import Bound
from reader.syntax.occurrences import Occurrence
from reader.value import frozen

if TYPE_CHECKING:
    from reader.inference.core import Inference


@frozen
class Targets:
    """What the name at one position may mean. `sure` when that is all it can mean; else `why` says what is not known
    (`the type of engine is not told`). `outside`: it means something that is not in the checkout, and nothing in it."""

    found: tuple[Found, ...] = ()
    sure: bool = False
    why: str | None = None
    outside: bool = False


class Finder:
    def __init__(self, inference: Inference, files: Files) -> None:
        self._inference = inference
        self._files = files

    def at(self, path: str, line: int, column: int) -> Targets:
        one = self._files.module(path).occurrence(line, column)
        if one is None:
            return Targets(why=f"no name stands at {path}:{line}:{column}")
        if one.role == "attribute" and one.receiver is not None:
            return self._of_member(path, one)
        if one.role == "import" and one.binding is not None:
            return self._of_origins(self._files.imported(path, one.binding), one.name)
        if one.role in ("name", "import"):
            origins = self._inference.naming.origins(path, one.name, one.place, line, column)
            if all(each.kind == "lost" for each in origins) and self._inference.naming.is_builtin(one.name):
                return Targets(sure=True, outside=True)
            return self._of_origins(origins, one.name)
        return Targets(why=f"{one.name} is no name of a definition here")

    def _of_member(self, path: str, one: Occurrence) -> Targets:
        assert one.receiver is not None
        types = self._inference.infer(path, one.receiver)
        shown = one.receiver.full or one.receiver.name or "what stands before it"
        found: dict[tuple[str, str | None], Found] = {}
        unknown, beyond = [], 0
        for each in types:
            places = self._members_of(each, one.name)
            if places is None:
                beyond += 1
            for place in places or ():
                found.setdefault((place.path, place.symbol), place)
            if places == []:
                unknown.append(each)
        if not types:
            return Targets(why=f"the type of {shown} is not told")
        if unknown:
            said = [f"{each.symbol} has no {one.name} that is told" for each in unknown if each.symbol]
            return Targets(tuple(found.values()), False, said[0] if said else f"the type of {shown} is not told")
        return Targets(tuple(found.values()), True, outside=not found and beyond > 0)

    def _members_of(self, one: Type, name: str) -> list[Found] | None:
        """None where the member is outside of the checkout."""
        if one.kind == "outside":
            return None
        if one.kind == "module":
            targets = self._of_origins(self._files.origins_of(one.path, name), name)
            return None if targets.outside else list(targets.found)
        if one.kind not in ("instance", "class"):
            return []
        after = one.place if one.of else None
        definer = self._inference.members.definer(one.path, one.symbol, name, after)
        if definer is not None:
            return list(self._of_definer(definer, name))
        lineage = self._inference.members.lineage(one.path, one.symbol)
        return None if lineage.outside and not lineage.unknown else []

    def _of_definer(self, definer: Definer, name: str) -> Iterable[Found]:
        """The last binding; what is an alias of a method is that method."""
        bound = definer.bounds[-1]
        found = self.of_bound(definer.path, bound, f"{definer.symbol}.{name}")
        if found is not None:
            yield found

    def _of_origins(self, origins: tuple[Origin, ...], name: str) -> Targets:
        found: dict[tuple[str, str | None], Found] = {}
        lost = outside = False
        for one in origins:
            if one.kind == "module":
                found.setdefault((one.path, None), Found(one.path, None, "file", 1, 1, 1))
            elif one.kind == "bound" and one.bound is not None:
                made = self._definition(one.path, one.bound)
                if made is not None:
                    found.setdefault((made.path, made.symbol), made)
            outside = outside or one.kind == "outside"
            lost = lost or one.kind == "lost"
        if lost:
            return Targets(tuple(found.values()), False, f"where {name} comes from is not told")
        return Targets(tuple(found.values()), True, outside=outside and not found)

    def _definition(self, path: str, bound: Bound) -> Found | None:
        """A definition; a variable of a module or a class that is an alias of one gives that one."""
        if (
            bound.how == "assign"
            and bound.value is not None
            and bound.value.full
            and bound.place.scope.kind != "function"
        ):
            types = self._inference.infer(path, bound.value)
            made = [self.of_type(one) for one in types if one.kind in ("class", "function")]
            if len(made) == len(types) == 1:
                return made[0]
        symbol = ".".join(filter(None, (bound.place.scope.symbol, bound.name)))
        return self.of_bound(path, bound, symbol)

    def of_bound(self, path: str, bound: Bound, symbol: str) -> Found | None:
        if bound.how == "definition":
            return self.of_symbol(path, bound.symbol)
        if bound.place.scope.kind == "function" and not bound.member:
            return None  # a local name, which is no definition
        return Found(path, symbol, "variable", bound.line, bound.line, bound.line)

    def of_type(self, one: Type) -> Found | None:
        return self.of_symbol(one.path, one.symbol)

    def of_symbol(self, path: str, symbol: str) -> Found | None:
        match = self._files.sources.match(path, symbol)
        return of_definition(path, match.definition, match.twins) if match else None


def places(types: Types) -> tuple[tuple[str, str], ...]:
    return tuple(one.place for one in types if one.kind in ("instance", "class"))
