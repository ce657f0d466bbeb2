"""Whether one place where the name stands uses the definition: yes, perhaps and why, or no."""

from __future__ import annotations

from collections.abc import Iterable

from reader.inference import Inference
from reader.inference.files import Origin
from reader.inference.values import Type, Types
from reader.syntax.bound import Bound
from reader.syntax.occurrences import Occurrence
from reader.usages import strings
from reader.usages.target import Target
from reader.usages.values import Kind
from reader.value import frozen

_AGAIN = "bound again"


@frozen
class Verdict:
    kind: Kind
    sure: bool = True
    why: str | None = None


class Judge:
    def __init__(self, inference: Inference, target: Target) -> None:
        self._inference = inference
        self._files = inference.files
        self._target = target

    def verdict(self, path: str, one: Occurrence) -> Verdict | None:
        """None: no use."""
        if one.role == "string":
            return self._string(path, one)
        if self._target.owner:
            return self._member(path, one)
        if one.role == "attribute" and one.receiver is not None:
            types = self._inference.infer(path, one.receiver)
            modules = [each for each in types if each.kind == "module"]
            found = any(
                self.means(origin) for each in modules for origin in self._files.origins_of(each.path, one.name)
            )
            return self._used(one) if found else None
        if one.role == "keyword":
            return None
        return self._plain(path, one)

    def _used(self, one: Occurrence, why: str | None = None) -> Verdict:
        return Verdict("call" if one.called else "reference", why is None, why)

    def _plain(self, path: str, one: Occurrence) -> Verdict | None:
        """A name of the module, or of the function that defines it."""
        target = self._target
        if one.role == "import":
            if one.binding is None:
                return None
            last = (one.binding.target or one.binding.module or "").rpartition(".")[2]
            alias = last != one.name  # the new name, where the old one stands before it
            found = not alias and self._any(self._files.imported(path, one.binding))
            return Verdict("import") if found else None
        if one.bound is not None and one.bound.how != "declared":
            return self._bound_here(path, one, one.bound)
        if target.local is not None:
            return self._used(one) if self._is_local(path, one) else None
        if one.role == "exported":
            return Verdict("reference") if self._any(self._files.origins_of(path, one.name)) else None
        if one.bound is not None and path == target.path:
            return Verdict("reference")  # `global NAME`
        origins = self._inference.naming.origins(path, one.name, one.place, one.line, one.column)
        return self._used(one) if self._any(origins) else None

    def _bound_here(self, path: str, one: Occurrence, bound: Bound) -> Verdict | None:
        """Written to again, beside the definition; definitions of the same name are twins, no uses."""
        target = self._target
        if path != target.path or one.name != target.name or one.line == target.line:
            return None
        home = target.local or self._files.module(path).scopes.module
        at = one.line, one.column
        again = any((each.line, each.column) == at for each in self._files.module(path).bound(one.name, home))
        return Verdict("reference", why=_AGAIN) if again else None

    def _is_local(self, path: str, one: Occurrence) -> bool:
        scope, bounds = self._inference.naming.bounds(path, one.name, one.place, one.line, one.column)
        local = self._target.local
        return path == self._target.path and bool(bounds) and local is not None and scope.number == local.number

    def _any(self, origins: Iterable[Origin]) -> bool:
        return any(self.means(one) for one in origins)

    def means(self, origin: Origin) -> bool:
        """Whether a name that comes from there is the definition, or another name for it."""
        target, bound = self._target, origin.bound
        if bound is None:
            return origin.kind == "module" and target.kind == "file" and origin.path == target.path
        if (origin.path, bound.name) == (target.path, target.symbol) and bound.place.scope.kind == "module":
            return True
        if bound.how == "assign" and bound.value is not None and bound.value.full and target.kind != "variable":
            types = self._inference.infer(origin.path, bound.value)
            return any(one.kind in ("class", "function") and one.place == (target.path, target.symbol) for one in types)
        return False

    def _member(self, path: str, one: Occurrence) -> Verdict | None:
        if one.role == "attribute" and one.receiver is not None:
            types = self._inference.infer(path, one.receiver)
            verdict = self._looked_up(types, one, one.receiver.full or one.receiver.name)
            if verdict is not None and verdict.sure and one.bound is not None:
                return Verdict("reference")
            return verdict
        if one.role == "keyword" and one.callee is not None and self._target.kind == "variable":
            return self._given(path, one)
        if one.role == "name":
            return self._in_class(path, one)
        return None

    def _in_class(self, path: str, one: Occurrence) -> Verdict | None:
        """A name in the body of a class: of this class, or of one that has it as a base."""
        scope = one.place.scope
        if one.bound is not None and one.bound.how != "declared":
            if scope.kind != "class" or (path, scope.symbol) == self._target.place:
                again = scope.kind == "class" and path == self._target.path and one.line != self._target.line
                return Verdict("reference", why=_AGAIN) if again else None
            if not self._files.module(path).has_bases(scope):
                return None
            order = self._inference.members.lineage(path, scope.symbol).order
            return Verdict("override") if self._target.place in order else None
        if scope.kind != "class" or path != self._target.path:
            return None
        holder, bounds = self._inference.naming.bounds(path, one.name, one.place, one.line, one.column)
        return self._used(one) if bounds and holder.kind == "class" and holder.symbol == self._target.owner else None

    def _looked_up(self, types: Types, one: Occurrence, shown: str) -> Verdict | None:
        through: str | None = None
        unknown = not types
        for each in types:
            answer = self.of_type(each)
            if answer is True:
                return self._used(one)
            if isinstance(answer, str):
                through = through or answer
            unknown = unknown or answer is None
        if through:
            return self._used(one, through)
        said = shown if len(shown) < 60 else "what stands before it"
        return self._used(one, f"the type of {said or 'what stands before it'} is not told") if unknown else None

    def of_type(self, one: Type) -> bool | str | None:
        """Whether the member of this type is the definition; a string says through what it may be; None: not known."""
        target = self._target
        if one.kind == "outside" and one.made and one.symbol in target.beyond:
            return f"through {one.name}, which is not in this checkout"
        if one.kind in ("outside", "module", "function"):
            return False
        if one.kind == "unknown":
            return None
        members = self._inference.members
        definer = members.definer(one.path, one.symbol, target.name, one.place if one.of else None)
        if definer is not None and (definer.path, definer.symbol) == target.place:
            return True
        if definer is not None and (definer.path, definer.symbol) in target.lineage:
            return f"through {one.name}"
        if definer is not None:
            return False
        lineage = members.lineage(one.path, one.symbol)
        if (one.of or target.name.startswith("__")) and not lineage.unknown:
            return False  # what `object`, or a base outside of the checkout, has
        if one.place in target.lineage:
            return f"through {one.name}, which has no {target.name} itself"
        if lineage.unknown or not lineage.outside:
            return None
        return False

    def _given(self, path: str, one: Occurrence) -> Verdict | None:
        """A field by the keyword of a constructor that is made from the fields."""
        assert one.callee is not None
        members = self._inference.members
        for each in self._inference.infer(path, one.callee):
            if each.kind != "class":
                continue
            made = members.definer(each.path, each.symbol, "__init__")
            definer = members.definer(each.path, each.symbol, one.name)
            if made is None and definer is not None and (definer.path, definer.symbol) == self._target.place:
                return Verdict("reference")
        return None

    def _string(self, path: str, one: Occurrence) -> Verdict | None:
        target = self._target
        if not strings.may_name(one, target):
            return None
        if target.owner and one.receiver is not None and strings.takes_receiver(one):
            types = self._inference.infer(path, one.receiver)
            answers = [self.of_type(each) for each in types]
            if types and all(answer is False for answer in answers):
                return None
        return Verdict("reference", False, "named in a string")
