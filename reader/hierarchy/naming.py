"""Which class a name means at the head of another class.

A name imported once at the margin of its file, which is nearly every one, is followed by the text of that import; a
parse is for what remains: names bound in several ways, members of modules, and what a function imports for itself.
"""

from __future__ import annotations

import re
from textwrap import dedent

from reader import syntax
from reader.resolve.python import Found, Lost, Names
from reader.resolve.sources import Sources
from reader.syntax import Binding
from reader.syntax.classes import Class, classes
from reader.value import frozen

Place = tuple[str, str]

# Starts with a literal, which `re` looks for with memchr; of the text with a line end before it.
_FROM = re.compile(r"\nfrom[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+(?:\(([^)]*)\)|((?:[^\n\\]|\\\n)*))")
_COMMENT = re.compile(r"#[^\n]*")


@frozen
class Meant:
    """`places` are the classes, several where conditions decide; none with the reason."""

    places: tuple[Place, ...] = ()
    why: str | None = None

    @property
    def sure(self) -> bool:
        return len(self.places) == 1


class Naming:
    """Remembers what each name was found to mean, never a text."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._names = Names(sources)
        self._known: dict[tuple[str, str], Meant] = {}
        self._imports: dict[str, dict[str, list[Binding]]] = {}

    def base(self, path: str, one: Class, written: str) -> Meant:
        """What `written` means among the bases of this class."""
        if not all(part.isidentifier() for part in written.split(".")):
            return Meant(why="made by an expression")
        if one.within:
            local = self._in_scopes(path, one, written)
            if local is not None:
                return local
        key = (path, f"{one.symbol}<{written}" if written == one.symbol else written)
        if key not in self._known:
            self._known[key] = self._at_margin(path, one, written)
        return self._known[key]

    def _at_margin(self, path: str, one: Class, written: str) -> Meant:
        known = self._imported(path)
        bound = known.get(written, [])
        own = [each for each in classes(self.sources.text(path)) if each.symbol == written and each.line < one.line]
        if written == one.symbol:
            return self._of_imports(path, known.get(written) or self._imports_of(path, written), written)
        if len(bound) == 1 and not own and not self._bound_again(path, written):
            return self._followed(path, bound[0])
        if own and not bound and not self._bound_again(path, written):
            return Meant(((path, written),))
        first, _, member = written.partition(".")
        hows = {each.how for each in self.sources.bindings(path) if each.name == first and not each.scope}
        if member and "value" in hows and not hows & {"import", "lazy", "assign"}:
            return Meant(why=f"a member of what {first} holds")  # which the resolver would ask jedi, for seconds
        return self._meant(self._names.find(path, tuple(written.split("."))))

    def _bound_again(self, path: str, name: str) -> bool:
        """Also indented, as under `try:` or TYPE_CHECKING; by the text, so True may be too much."""
        raw = re.escape(name)
        listed = rf"from\b[^\n]*\bimport\b(?:[^\n]*|[ \t]*\([^)]*)\b{raw}\b"
        again = rf"^{raw}[ \t]*[:=]|^[ \t]+(?:{listed}|class[ \t]+{raw}\b|{raw}[ \t]*=)"
        return re.search(again, self.sources.text(path), re.M) is not None

    def _of_imports(self, path: str, bound: list[Binding], written: str) -> Meant:
        meant = [self._followed(path, each) for each in bound]
        places = tuple(dict.fromkeys(place for each in meant for place in each.places))
        return Meant(places, None if places else f"{written} is not imported in {path}")

    def _imports_of(self, path: str, name: str) -> list[Binding]:
        return [one for one in self.sources.bindings(path) if one.name == name and one.how == "import" and not one.stub]

    def _followed(self, path: str, binding: Binding) -> Meant:
        module = self._names.module_of(path, binding)
        if module is None:
            return Meant(why="outside")
        if not binding.target or not module.endswith((".py", ".pyi")) or module == path:
            return self._meant(self._names.find(path, (binding.name,)))
        key = (module, binding.target)
        if key not in self._known:
            self._known[key] = self._meant(self._names.find(module, (binding.target,)))
        return self._known[key]

    def _meant(self, answer: Found | Lost) -> Meant:
        if isinstance(answer, Lost):
            several = tuple((one.path, one.symbol) for one in answer.several if one.kind == "class" and one.symbol)
            if several:
                return Meant(several, answer.reason)
            return Meant(why="outside" if answer.outside or not answer.hops else answer.reason)
        if answer.kind == "class" and answer.symbol:
            others = tuple((one.path, one.symbol) for one in answer.others if one.symbol)
            return Meant(((answer.path, answer.symbol), *others), answer.note)
        if answer.kind in ("file", "directory"):
            return Meant(why="a module")
        return Meant(why=f"a {answer.kind} at {answer.path}:{answer.line}")

    def _imported(self, path: str) -> dict[str, list[Binding]]:
        """What is imported by name at the margin of the file."""
        if path not in self._imports:
            found: dict[str, list[Binding]] = {}
            for dots, module, bracketed, plain in _FROM.findall(f"\n{self.sources.text(path)}"):
                for part in _COMMENT.sub("", bracketed or plain).replace("\\", " ").split(","):
                    words = part.split()
                    if len(words) in (1, 3):
                        one = Binding(words[-1], "import", 1, 1, module, len(dots), words[0])
                        found.setdefault(one.name, []).append(one)
            self._imports[path] = found
        return self._imports[path]

    def _in_scopes(self, path: str, one: Class, written: str) -> Meant | None:
        """Of a class inside a function or a class: what the scopes around it bind, the innermost first."""
        parts = tuple(written.split("."))
        scope = one.symbol.split(".")[:-1]
        for length in range(len(scope), 0, -1):
            kind = one.within[length - 1]
            if kind == "class" and length != len(scope):
                continue  # a class's names are not seen from further in
            outer = tuple(scope[:length])
            found = self._names.find(path, (*outer, *parts))
            if isinstance(found, Found) and found.kind == "class" and (path, one.symbol) != (found.path, found.symbol):
                return self._meant(found)
            if kind == "def" and (local := self._in_function(path, ".".join(outer), parts)):
                return local
        return None

    def _in_function(self, path: str, function: str, parts: tuple[str, ...]) -> Meant | None:
        match = self.sources.match(path, function)
        if match is None:
            return None
        text = self.sources.text(path)
        head = syntax.signature_end(text, "python", match.definition)
        lines = text.split("\n")
        body = dedent("\n".join(lines[head : match.definition.end]))
        bound = [one for one in syntax.bindings(body) if one.name == parts[0] and not one.scope]
        imports = [one for one in bound if one.how == "import"]
        if imports:
            return self._imported_inside(path, imports[-1], parts)
        if bound:
            return Meant(why=f"a local name of {function}")
        if re.search(rf"\b{re.escape(parts[0])}\b", "\n".join(lines[match.definition.line - 1 : head])):
            return Meant(why=f"a parameter of {function}")
        return None

    def _imported_inside(self, path: str, binding: Binding, parts: tuple[str, ...]) -> Meant:
        module = self._names.module_of(path, binding)
        if module is None:
            return Meant(why="outside")
        rest = (*((binding.target or "").split(".") if binding.target else ()), *parts[1:])
        return self._meant(self._names.find(module, rest)) if rest else Meant(why="a module")
