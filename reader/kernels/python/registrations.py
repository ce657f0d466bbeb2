"""Operations that Python registers: `direct_register_custom_op`, `torch.library`, and the IR of 0.20 and later.

Reads the registering call: the operation's name, its library's namespace, its dispatch key, the function. A name that
is computed at run time stands as it is written, in angle brackets.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from reader.kernels import Implementation, Operation, Place
from reader.kernels.python.leads import Leads
from reader.kernels.python.libraries import DIRECT, UNKNOWN, libraries
from reader.pattern import pattern
from reader.syntax.mentions import Argument, Invocation, Mention, Scope, mentions
from reader.value import frozen

CALLEES = (DIRECT, "custom_op", "triton_op", "register_op", "register_impl")
_OF_LIBRARY = ("define", "impl", "register_kernel")  # words that much else is called by too
_SIGNS = (b".library", b"op_func=")
_REGISTERING = (b"register_op", b"register_impl")
_DIRECT = DIRECT.encode()
_AHEAD = _DIRECT.index(b"register_")

_QUALIFIED = pattern(r"(?:(?P<space>\w+)::)?(?P<name>\w+)(?:\.(?P<overload>\w+))?\s*(?=\(|$)")
_KEY = pattern(r"\w+")
_PARTIAL = pattern(r"^(\w+)[ \t]*=[ \t]*(?:functools\.)?partial\(\s*(?:\w+\.)*" + DIRECT + r"\b([^)]*)\)", re.M)
_TARGET = pattern(r"target_lib\s*=\s*([\w.]+)")


@frozen
class Registration:
    """One registering call: of the schema, of an implementation, or of both. `function`: what does the work, as
    written; `place` is its definition, `at` the line that names it."""

    path: str
    line: int
    space: str
    name: str
    how: str
    schema: bool
    overload: str | None = None
    key: str | None = None
    function: str | None = None
    place: Place | None = None
    at: int | None = None
    condition: str | None = None
    within: Scope | None = None


def may_register(data: bytes) -> bool:
    """Every text that registers something has one of the signs. Those with "register_" in them are one search."""
    if b"register" not in data and b".library" not in data:
        return False
    at = data.find(b"register_")
    while at >= 0:
        if data.startswith(_REGISTERING, at) or data.startswith(_DIRECT, at - _AHEAD):
            return True
        at = data.find(b"register_", at + 1)
    return any(sign in data for sign in _SIGNS)


def registrations_in(
    leads: Leads, path: str, names: Collection[str] = (), *, locate: bool = True
) -> tuple[Registration, ...]:
    """Those of operations of these names; without names all. `locate`: find the functions' definitions."""
    text = leads.text(path)
    partials = _partials(text)
    reading = _Reading(leads, path, partials, locate)
    callees = (*CALLEES, *_OF_LIBRARY) if ".library" in text or "Library(" in text else CALLEES
    found = mentions(text, names or (*(one for one in callees if one in text), *partials))
    made = (each for one in found for each in reading.of(one) if not names or each.name == one.word)
    return tuple(dict.fromkeys(made))


def registrations_of_function(leads: Leads, path: str, functions: Collection[str]) -> tuple[Registration, ...]:
    """Those in this file that name one of these functions, by its last name, as what does the work."""
    text = leads.text(path)
    if not may_register(text.encode("utf-8", "replace")):
        return ()
    reading = _Reading(leads, path, _partials(text), True)
    made: list[Registration] = []
    for one in mentions(text, functions):
        decorated = one.decorates if one.role == "definition" else None
        if decorated is not None:
            called = {text.partition("(")[0].rpartition(".")[2] for text in decorated.decorators}
            if called & {*CALLEES, *_OF_LIBRARY}:
                known = registrations_in(leads, path)
                made += [each for each in known if each.place == Place(path, decorated.line, decorated.symbol)]
        elif one.role in ("value", "called") and one.invocation is not None:
            made += reading.of(one)
    return tuple(dict.fromkeys(made))


def _partials(text: str) -> dict[str, str]:
    """`register = functools.partial(direct_register_custom_op, target_lib=lib)`: the name, and the library given."""
    if "partial(" not in text or DIRECT not in text:
        return {}
    found = ((one[1], _TARGET.search(one[2])) for one in _PARTIAL.finditer(text))
    return {name: target[1] if target else "" for name, target in found}


class _Reading:
    """Of one file."""

    def __init__(self, leads: Leads, path: str, partials: dict[str, str], locate: bool) -> None:
        self.leads = leads
        self.path = path
        self.partials = partials
        self.locate = locate
        self.libraries = libraries(leads)

    def of(self, one: Mention) -> Iterator[Registration]:
        called = one.invocation
        if one.role == "definition" or (one.role == "decorator" and one.word == "register_op"):
            yield from self._ir_op(one, None)
        if called is None or one.role not in ("called", "string", "value"):
            return
        callee = called.callee.rpartition(".")[2]
        if callee == DIRECT or callee in self.partials or _is_direct(called):
            yield from self._direct(one, called, callee)
        elif callee in ("custom_op", "triton_op"):
            yield from self._custom_op(one, called, callee)
        elif callee == "register_op":
            yield from self._ir_op(one, called)
        elif callee == "register_impl":
            yield from self._ir_impl(one, called)
        elif callee in _OF_LIBRARY:
            yield from self._library_call(one, called, callee)

    def _direct(self, one: Mention, called: Invocation, callee: str) -> Iterator[Registration]:
        named, function = called.argument("op_name", 0), called.argument("op_func", 1)
        if named is None or function is None:
            return
        given = called.argument("target_lib", 4)
        key = called.argument("dispatch_key", 5)
        registrar = DIRECT if callee in self.partials else called.callee
        space = self.libraries.space(self.path, given.text if given else self.partials.get(callee, ""), registrar)
        told = self._key(key, one.within) if key else self.libraries.default_key(self.path, registrar)
        yield Registration(
            self.path, called.line, space, named.string or f"<{named.text}>", DIRECT, True, None, told,
            function.text, self._function(function, one.within), function.line, one.condition, one.within,
        )  # fmt: skip

    def _custom_op(self, one: Mention, called: Invocation, callee: str) -> Iterator[Registration]:
        named, given = called.argument("name", 0), called.argument("fn", 1)
        match = _QUALIFIED.match(named.string) if named and named.string else None
        if match is None or not match["space"]:
            return
        keys = called.argument("device_types")
        body = one.decorates
        function = body.symbol if body else given.text if given else None
        place = _place(self.path, body) or (self._function(given, one.within) if given else None)
        yield Registration(
            self.path, called.line, match["space"], match["name"], callee, True, match["overload"],
            (keys.string or keys.text) if keys else None, function, place, called.line,
            one.condition, one.within,
        )  # fmt: skip

    def _ir_op(self, one: Mention, called: Invocation | None) -> Iterator[Registration]:
        """`@register_op` over a definition, found by the decorator or by the definition's name."""
        body = one.decorates
        if body is None or (one.role == "definition" and not _bare_register_op(body)):
            return
        named = called.argument("name") if called else None
        space = self.libraries.made_by(self.path, "register_op") or UNKNOWN
        yield Registration(
            self.path, body.start, space, (named.string if named else None) or body.name, "register_op", True, None,
            "native", body.symbol, _place(self.path, body), body.start, one.condition,
        )  # fmt: skip

    def _ir_impl(self, one: Mention, called: Invocation) -> Iterator[Registration]:
        """`@ir.ops.<name>.register_impl("provider")`: the provider decides as a dispatch key does."""
        body, parts = one.decorates, called.callee.split(".")
        provider = called.argument("provider", 0)
        if body is not None and len(parts) > 1:
            yield Registration(
                self.path, called.line, "", parts[-2], "register_impl", False, None,
                provider.string if provider else None, body.symbol, _place(self.path, body), called.line, one.condition,
            )  # fmt: skip

    def _library_call(self, one: Mention, called: Invocation, callee: str) -> Iterator[Registration]:
        """`lib.define("name(...)")`, `lib.impl("name", f, "KEY")`, `torch.library.impl("ns::name", "KEY")`, and the
        decorator `@impl(lib, "name", "KEY")`."""
        owner = called.callee.rpartition(".")[0]
        given = [each for each in called.arguments if each.keyword is None]
        made = owner if owner and owner not in ("torch.library", "library") else ""
        if given and given[0].string is None and given[0].names and not made:
            made, given = given[0].names[0], given[1:]
        match = _QUALIFIED.match(given[0].string or "") if given else None
        if match is None or not (made or match["space"]):
            return
        space, key = self.libraries.of(self.path, made) if made else ("", None)
        if not space and not match["space"] and not made.upper().endswith("LIB"):
            return  # `self.impl("text")` of something else
        how = f"Library.{callee}" if made == owner else callee
        place = self.path, called.line, match["space"] or space, match["name"], how
        if callee == "define":
            yield Registration(*place, True, match["overload"], None, None, None, None, one.condition, one.within)
            return
        function, asked = _function_and_key(called, given[1:])
        body = one.decorates
        yield Registration(
            *place, False, match["overload"], self._key(asked, one.within) if asked else key,
            function.text if function else body.symbol if body else None,
            self._function(function, one.within) if function else _place(self.path, body),
            function.line if function else called.line, one.condition, one.within,
        )  # fmt: skip

    def _key(self, asked: Argument, within: Scope | None) -> str | None:
        """As it is written; of a variable what is assigned to it."""
        if asked.string is not None or not asked.text.isidentifier():
            return asked.string or asked.text
        for one in mentions(self.leads.text(self.path), (asked.text,)):
            inside = within is None or within.start <= one.line <= within.end
            if one.role == "assigned" and one.value is not None and inside:
                return one.value.string or one.value.text
        return None

    def _function(self, argument: Argument, within: Scope | None) -> Place | None:
        """The definition that an argument names; of `wrap(function)` the inner one."""
        if not self.locate:
            return None
        names = argument.names[::-1] if "(" in argument.text.strip("()") else argument.names[:1]
        for name in names:
            for lead in self.leads.of(self.path, name, argument.line, within):
                if lead.path and lead.symbol and lead.kind in ("function", "method"):
                    return Place(lead.path, lead.line, lead.symbol)
        return None


def _is_direct(called: Invocation) -> bool:
    """Under whatever name it was imported."""
    return called.argument("op_name") is not None and called.argument("op_func") is not None


def _bare_register_op(body: Scope) -> bool:
    parts = (text.partition("(") for text in body.decorators)
    return any(
        name.rpartition(".")[2] == "register_op" and not re.search(r"\bname\s*=\s*[\"']", rest)
        for name, _, rest in parts
    )


def _function_and_key(called: Invocation, given: list[Argument]) -> tuple[Argument | None, Argument | None]:
    function = called.argument("func") or next((one for one in given if one.string is None and one.names), None)
    key = called.argument("dispatch_key") or called.argument("types")
    key = key or next((one for one in given if one.string is not None), None)
    if key is None and function in given:
        key = next(iter(given[given.index(function) + 1 :]), None)
    return function, key


def _place(path: str, body: Scope | None) -> Place | None:
    return Place(path, body.line, body.symbol) if body else None


def operations_of(found: Iterable[Registration]) -> tuple[Operation, ...]:
    """The registrations of one name put together, an operation for each namespace. An implementation of the IR belongs
    to the operation of that name that `register_op` made."""
    found = tuple(found)
    homes = {one.name: one.space for one in found if one.how == "register_op"}
    together: dict[tuple[str, str], list[Registration]] = {}
    for one in found:
        together.setdefault((one.space or homes.get(one.name, UNKNOWN), one.name), []).append(one)
    return tuple(_operation(space, name, several) for (space, name), several in together.items())


def _operation(space: str, name: str, several: list[Registration]) -> Operation:
    schema = next((one for one in several if one.schema), None)
    first = schema or several[0]
    implementations = tuple(
        Implementation(
            Place(one.path, one.at or one.line, name, one.condition),
            one.key if one.key is None or _KEY.fullmatch(one.key) else None,
            one.function, (one.place,) if one.place else (), one.place is not None,
            note=None if one.key is None or _KEY.fullmatch(one.key) else f"dispatch key: {one.key}",
        )
        for one in several
        if one.function
    )  # fmt: skip
    return Operation(
        space, name, "triton" if first.how == "triton_op" else "python", first.overload,
        Place(schema.path, schema.line, name, schema.condition) if schema else None, implementations,
        (), first.how,
    )  # fmt: skip
