"""The one that is asked: types of expressions, of annotations, of attributes, each by the part that knows it."""

from __future__ import annotations

from collections.abc import Callable

from reader.inference import outside as beyond
from reader.inference.annotations import Annotations
from reader.inference.calls import Calls
from reader.inference.files import Files, Origin
from reader.inference.members import Members
from reader.inference.naming import Naming
from reader.inference.narrowing import Narrowing
from reader.inference.targets import Finder, Targets
from reader.inference.values import NOTHING_KNOWN, UNKNOWN, Type, Types, outside, united
from reader.resolve.python import Found
from reader.resolve.sources import Sources
from reader.syntax.bound import Bound
from reader.syntax.expressions import Expression, parsed

_DEEPEST = 40
_REMEMBERED = 60_000


class Inference:
    """For as long as the files of the checkout stay as they are."""

    def __init__(self, sources: Sources) -> None:
        self.files = Files(sources)
        self.naming = Naming(self, self.files)
        self.members = Members(self, self.files)
        self._annotations = Annotations(self, self.files)
        self._calls = Calls(self, self.files)
        self._narrowing = Narrowing(self, self.files)
        self._targets = Finder(self, self.files)
        self._known: dict[object, Types] = {}
        self._open: set[object] = set()
        self._cut = 0

    def remembered(self, key: object, compute: Callable[[], Types]) -> Types:
        """One answer a question; a question that leads to itself is unknown there, and what hangs on that is not kept
        for others."""
        known = self._known.get(key)
        if known is not None:
            return known
        if key in self._open or len(self._open) > _DEEPEST:
            self._cut += 1
            return NOTHING_KNOWN
        before = self._cut
        self._open.add(key)
        try:
            found = compute()
        finally:
            self._open.discard(key)
        if self._cut == before or not self._open:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            self._known[key] = found
        return found

    def infer(self, path: str, expression: Expression) -> Types:
        """What an expression may be; empty where it is None, or never anything."""
        if expression.form in ("name", "attribute"):
            return self.remembered(
                (path, expression), lambda: self._narrowing.types(path, expression, self._of(path, expression))
            )
        if expression.form in ("call", "subscript"):
            return self.remembered((path, expression), lambda: self._of(path, expression))
        return self._of(path, expression)

    def _of(self, path: str, expression: Expression) -> Types:
        match expression.form:
            case "name":
                return self.naming.types(path, expression)
            case "attribute" if expression.parts:
                return united(self.attribute(one, expression.name) for one in self.infer(path, expression.parts[0]))
            case "call":
                return self._calls.types(path, expression)
            case "subscript" if expression.parts:
                return self._item(path, expression)
            case "await" | "star" if expression.parts:
                return self.infer(path, expression.parts[0])
            case "either":
                return united(self.infer(path, one) for one in expression.parts)
            case "none":
                return ()
            case "constant":
                return outside(expression.name)
            case "string":
                return outside("str")
            case "list" | "set" | "tuple" | "dict" | "made":
                return self._display(path, expression)
            case "binary":
                return self._binary(path, expression)
        return NOTHING_KNOWN

    def _display(self, path: str, expression: Expression) -> Types:
        types = [self.infer(path, one) for one in expression.parts]
        if expression.form == "tuple":
            return outside("tuple", *types)
        if expression.form == "dict":
            half = len(types) // 2
            return outside("dict", united(types[:half]), united(types[half:])) if half else outside("dict")
        if expression.form == "made":
            return outside(expression.name, *types)
        return outside(expression.form, united(types)) if types else outside(expression.form)

    def _binary(self, path: str, expression: Expression) -> Types:
        left = self.infer(path, expression.parts[0]) if expression.parts else NOTHING_KNOWN
        if any(one.kind != "outside" or not one.made for one in left):
            return NOTHING_KNOWN
        return left

    def _item(self, path: str, expression: Expression) -> Types:
        of = self.infer(path, expression.parts[0])
        index = expression.parts[1] if len(expression.parts) > 1 else None
        if index is not None and index.form == "other" and index.name == "slice":
            return of
        number = self._number(path, index)
        return united(self._item_of(one, number) for one in of)

    def _number(self, path: str, index: Expression | None) -> int | None:
        if index is None or index.form != "constant" or index.name != "int":
            return None
        text = self.files.module(path).line(index.line)[index.column - 1 :]
        digits = len(text) - len(text.lstrip("0123456789"))
        return int(text[:digits]) if digits else None

    def _item_of(self, one: Type, number: int | None) -> Types:
        if one.kind == "class" or (one.kind == "outside" and not one.made):
            return (one,)
        if one.kind == "instance":
            return united(self._calls.result(each, one.path, None) for each in self.attribute(one, "__getitem__"))
        if one.kind == "function":  # a Triton kernel with its grid
            return (one,)
        return beyond.item((one,), number)

    def attribute(self, one: Type, name: str) -> Types:
        if one.kind in ("instance", "class") and one.of:  # super()
            return self._of_super(one, name)
        if one.kind in ("instance", "class"):
            return self.remembered(("member", one, name), lambda: self.members.types(one, name))
        return self.members.types(one, name)

    def _of_super(self, one: Type, name: str) -> Types:
        definer = self.members.definer(one.path, one.symbol, name, after=one.place)
        of = Type("instance", one.path, one.symbol)
        if definer is None:
            lineage = self.members.lineage(*one.place)
            if lineage.unknown or not lineage.outside:
                return NOTHING_KNOWN
            return beyond.attribute(Type("outside", symbol=lineage.outside[0], made=True), name)
        return united(
            self.members.of_definition(definer.path, bound, of) if bound.how == "definition" else NOTHING_KNOWN
            for bound in definer.bounds
        )

    def annotated(self, path: str, annotation: Expression) -> Types:
        return self.remembered(("annotation", path, annotation), lambda: self._annotations.types(path, annotation))

    def read(self, path: str, string: Expression) -> Expression | None:
        """The expression that a string holds, with the places of its parts in the file."""
        return parsed(string.name, string.line, string.column) if string.name else None

    def guarded(self, function: Type) -> Types:
        return self._calls.guarded(function)

    def called(self, function: Type) -> Types:
        return self._calls.result(function, function.path, None)

    def targets(self, path: str, line: int, column: int) -> Targets:
        """What the name at this position may mean; `column` is that of a callee's last name."""
        return self._targets.at(path, line, column)

    def held(self, path: str, line: int, column: int) -> tuple[Found, ...]:
        """The functions and classes that the variable or field at this position is seen to hold."""
        types = (one for one in self.types_at(path, line, column) if one.kind in ("function", "class"))
        found = (self._targets.of_type(each) for each in types)
        return tuple(each for each in found if each is not None)

    def types_at(self, path: str, line: int, column: int) -> Types:
        """What the name or attribute at this position may be; nothing where none stands there."""
        one = self.files.module(path).occurrence(line, column)
        if one is None or one.role not in ("name", "attribute"):
            return ()
        if one.receiver is not None:
            return united(self.attribute(each, one.name) for each in self.infer(path, one.receiver))
        return self.infer(path, Expression("name", line, column, one.name, full=one.name))

    def of_type(self, one: Type) -> Found | None:
        """The definition of a class or function, or of the class of an instance."""
        return self._targets.of_type(one) if one.kind in ("function", "class", "instance") else None

    def of_origin(self, origin: Origin) -> Types:
        return self.naming.of_origin(origin)

    def of_bound(self, path: str, bound: Bound) -> Types:
        return self.remembered(("bound", path, bound.line, bound.column), lambda: self.naming.of_bound(path, bound))

    def origins(self, path: str, expression: Expression) -> tuple[Origin, ...]:
        """Where a dotted name comes from, as far as modules and classes lead."""
        if expression.form == "name":
            place = self.files.module(path).place(expression.line, expression.column)
            found = self.naming.origins(path, expression.name, place, expression.line, expression.column)
            if all(one.kind == "lost" for one in found) and self.naming.types(path, expression) != NOTHING_KNOWN:
                return (Origin("outside", name=expression.name),)
            return found
        if expression.form != "attribute" or not expression.parts:
            return (Origin("lost"),)
        made: list[Origin] = []
        for one in self.infer(path, expression.parts[0]):
            if one.kind == "module":
                made += self.files.origins_of(one.path, expression.name)
            elif one.kind == "outside":
                made.append(Origin("outside", name=f"{one.symbol}.{expression.name}"))
            elif one.kind == "class":
                definer = self.members.definer(one.path, one.symbol, expression.name)
                made += [Origin("bound", definer.path, expression.name, b) for b in definer.bounds] if definer else []
        return tuple(dict.fromkeys(made)) or (Origin("lost"),)

    def own_instance(self, path: str, expression: Expression) -> Types:
        """Of the class that this place is in."""
        scope = self.files.module(path).place(expression.line, expression.column).scope
        above = scope
        while above.kind != "class":
            if above.parent is None:
                return NOTHING_KNOWN
            above = above.parent
        return (Type("instance", path, above.symbol),)

    def iterated(self, types: Types) -> Types:
        """Instances of classes of the checkout as the containers that their `__iter__` makes them."""
        made: list[Type] = []
        for one in types:
            if one.kind != "instance":
                made.append(one)
                continue
            for name in ("__iter__", "__aiter__"):
                found = [each for each in self.attribute(one, name) if each.kind == "function"]
                made += [each for function in found for each in self.called(function)]
                if found:
                    break
            else:
                made.append(UNKNOWN)
        return tuple(dict.fromkeys(made))

    def entered(self, types: Types) -> Types:
        """What `with` gives: what `__enter__` returns; a thing outside gives itself."""
        made: list[Types] = []
        for one in types:
            if one.kind != "instance":
                made.append((one,) if one.kind == "outside" and one.made else NOTHING_KNOWN)
                continue
            for name in ("__enter__", "__aenter__"):
                found = [each for each in self.attribute(one, name) if each.kind == "function"]
                if found:
                    made += [self.called(each) for each in found]
                    break
            else:
                made.append((one,))  # what a context manager made by `contextmanager` yields
        return united(made)

    def of_overridden_parameter(self, path: str, bound: Bound) -> Types:
        """A parameter without annotation is what the method that this one overrides says."""
        scope = bound.place.scope
        if scope.kind != "function" or scope.parent is None or scope.parent.kind != "class":
            return NOTHING_KNOWN
        owner = path, scope.parent.symbol
        definer = self.members.definer(*owner, scope.symbol.rpartition(".")[2], after=owner)
        if definer is None:
            return NOTHING_KNOWN
        module = self.files.module(definer.path)
        for one in definer.bounds:
            inner = next((each for each in module.named(one.symbol) if each.first == one.line), None)
            for same in module.bound(bound.name, inner) if inner is not None else ():
                if same.how == "parameter" and same.annotation is not None:
                    return self.of_bound(definer.path, same)
        return NOTHING_KNOWN
