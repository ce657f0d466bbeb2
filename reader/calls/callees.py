"""What the body of a Python function calls, each call followed as far as the source tells."""

from __future__ import annotations

import re
from dataclasses import replace

from reader.calls.arguments import arguments
from reader.calls.frames import Frame
from reader.calls.messages import Messages
from reader.calls.named import BY_NAME, Named, Naming
from reader.calls.values import CallSite, Rest, Step, Untold, Via
from reader.hierarchy import Families, Method
from reader.inference import Inference, Targets
from reader.kernels.crossings import Crossings
from reader.resolve.python import Found
from reader.resolve.sources import Sources
from reader.syntax import Call

# Methods that stand in for one that is abstract, before the rest is counted.
_STAND_INS = 8
_TORCHS_OWN = frozenset({"aten", "prims", "c10d", "_c10d_functional"})
# Heads that name the class, from which on it takes a second to tell what stands below it.
_WIDE = 24
# The method of the object itself, or of a base by name: no other class is in question than the caller's own.
_OWN = re.compile(r"(?:self|cls|super\(.*\))\.\w+")


class Callees:
    def __init__(self, sources: Sources, families: Families, inference: Inference) -> None:
        self.sources = sources
        self._families = families
        self._inference = inference
        self._named = Named(sources, families)
        self._messages = Messages(sources)
        self._crossings = Crossings(sources)

    def of(self, frame: Frame, depth: int) -> tuple[tuple[Step, ...], Rest]:
        """In the order of their first call; the same target called at several places is one step."""
        body = _Body(frame, depth)
        lines = self.sources.text(frame.body_path).split("\n")
        for call in self._inference.files.module(frame.body_path).calls(frame.line, frame.end):
            if call.full != "super":  # which is told by what is called on it
                self._call(body, lines, call)
        for line, kind in self._messages.types_in(lines, frame.line, frame.end):
            for end in self._messages.ends(kind, receiving=True):
                far = "leaves the process here: a ZMQ" if end.path != frame.body_path else "handed on as a"
                note = f"{far} message of type {kind}, taken in at line {end.line}"
                site = CallSite(frame.body_path, line)
                body.add(Step(end.within, end.path, end.start, "method", "message", depth, (site,), note=note))
        for line, text, found in self._named.dotted(lines, frame.line, frame.end):
            site = CallSite(frame.body_path, line)
            note = f"named in the string {text!r}"
            body.add(Step(str(found.symbol), found.path, found.line, found.kind, "string", depth, (site,), note=note))
        return body.steps(), body.rest()

    def _runs(self, one: Method, asked: str) -> bool:
        """What may run where the code itself runs: no test's double, nothing that is abstract again."""
        in_package = self.sources.checkout.in_package
        return not one.abstract and (in_package(one.path) or not in_package(asked))

    def at(self, path: str, line: int, column: int) -> tuple[tuple[Step, ...], Rest]:
        """What the call of the name at this position leads to; nothing where none is called there."""
        body = _Body(Frame(path, "", "function", line, line, line, "", path), 1)
        lines = self.sources.text(path).split("\n")
        for call in self._inference.files.module(path).calls(line, line):
            if call.column == column and call.full != "super":
                self._call(body, lines, call)
        return body.steps(), body.rest()

    def _call(self, body: _Body, lines: list[str], call: Call) -> None:
        site = CallSite(body.frame.body_path, call.line)
        if call.full.startswith("torch.ops."):
            self._operation(body, call.full, site)
            return
        sent = list(self._messages.of_call(body.frame.body_path, lines, call, body.depth))
        for step in sent:
            body.add(step)
        named = self._by_name(body, lines, call, site)
        targets = self._targets(body.frame.body_path, call)
        if targets.found:
            self._found(body, lines, targets, site, call)
        elif targets.outside and not sent and not named:
            body.outside.append(_short(call.full))
        elif not named and not sent:
            body.untold.append(Untold(_short(call.full), call.line, _why(targets)))

    def _operation(self, body: _Body, full: str, site: CallSite) -> None:
        """Into C++, or to the Python function that is registered for it."""
        space, _, name = full.removeprefix("torch.ops.").partition(".")
        name = name.partition(".")[0]
        places = self._crossings.behind(space, name) if space not in _TORCHS_OWN else ()
        for one in places:
            note = f"registered as torch.ops.{space}.{name}"
            body.add(Step(one.name, one.path, one.line, "function", "operation", body.depth, (site,), note=note))
        if not places:
            note = f"goes on into C++: reader kernel {name}"
            body.add(Step(full, None, None, "operation", "operation", body.depth, (site,), note=note))

    def _targets(self, path: str, call: Call) -> Targets:
        """Of a field, the functions that it is seen to hold."""
        targets = self._inference.targets(path, call.line, call.column)
        if not any(one.kind == "variable" for one in targets.found):
            return targets
        held = self._inference.held(path, call.line, call.column)
        if not held:
            return targets
        places = ", ".join(f"{one.path}:{one.line}" for one in targets.found)
        return Targets(held, targets.sure and len(held) == 1, f"what {call.name} holds, bound at {places}")

    def _found(self, body: _Body, lines: list[str], targets: Targets, site: CallSite, call: Call) -> None:
        for one in targets.found:
            if one.symbol is None or one.kind == "variable":
                body.untold.append(
                    Untold(str(one.symbol or one.path), site.line, f"a value, bound at {one.path}:{one.line}")
                )
                continue
            note = targets.why or (f"one of {len(targets.found)}" if len(targets.found) > 1 else None)
            via: Via = "made" if one.kind == "class" else "launch" if self._launches(lines, call) else "call"
            step = Step(one.symbol, one.path, one.line, one.kind, via, body.depth, (site,), targets.sure, note)
            body.add(self._with_stand_ins(step, one) if via == "call" else step)
            if via == "call" and body.depth == 1 and not _OWN.fullmatch(call.full):
                self._add_overriding(body, one, site)

    def _launches(self, lines: list[str], call: Call) -> bool:
        """`kernel[grid](...)`, as Triton has it."""
        line = lines[call.line - 1]
        return line.startswith("[", call.column - 1 + len(call.name))

    def _with_stand_ins(self, step: Step, found: Found) -> Step:
        """An abstract method is never what runs: those are told that stand in for it in the package."""
        if found.kind != "method" or not found.symbol:
            return step
        owner, _, name = found.symbol.rpartition(".")
        own = self._families.own(found.path, owner, name)
        if own is None or not own.abstract:
            return step
        if step.depth > 1 and self._is_wide(found):
            return replace(step, note=_joined(step.note, "abstract: one of many runs, which `reader classes` lists"))
        methods = [one for one in self._families.overriding(found.path, found.symbol) if self._runs(one, found.path)]
        below = tuple(self._stand_in(one, step) for one in methods[:_STAND_INS])
        note = "abstract: one of these runs" if below else "abstract, and nothing in this checkout stands in for it"
        if len(below) == 1:
            note = "abstract: this one runs"
        rest = Rest(left_out=len(methods) - len(below)) if len(methods) > len(below) else None
        return replace(step, note=_joined(step.note, note), below=below, rest=rest)

    def _is_wide(self, found: Found) -> bool:
        return self._families.named_as_base(found.path, str(found.symbol).rpartition(".")[0]) > _WIDE

    def _add_overriding(self, body: _Body, found: Found, site: CallSite) -> None:
        """Of a method that does run, those that run in its place where the object is of a subclass."""
        own = (
            self._families.own(found.path, *str(found.symbol).rpartition(".")[::2]) if found.kind == "method" else None
        )
        if own is None or own.abstract or self._is_wide(found):
            return
        methods = [
            one for one in self._families.overriding(found.path, str(found.symbol)) if self._runs(one, found.path)
        ]
        for one in methods[:_STAND_INS]:
            note = f"where it is such a one, in place of {found.symbol}"
            body.add(Step(one.symbol, one.path, one.line, "method", "stands in", body.depth, (site,), False, note))
        if len(methods) > _STAND_INS:
            why = f"{len(methods) - _STAND_INS} more stand in for {found.symbol}; `reader classes` lists them"
            body.untold.append(Untold(own.symbol, site.line, why))

    def _stand_in(self, one: Method, step: Step) -> Step:
        return Step(one.symbol, one.path, one.line, "method", "stands in", step.depth, (), one.sure, one.note)

    def _by_name(self, body: _Body, lines: list[str], call: Call, site: CallSite) -> bool:
        """The methods that a string names; True where the call is of this kind, told or not."""
        rule = BY_NAME.get(call.name) or (
            BY_NAME.get(call.full.split(".")[-2]) if call.full.endswith(".remote") else None
        )
        if call.name == "getattr":
            return self._attribute_called(body, lines, call, site)
        if rule is None:
            return False
        given = arguments(lines, call)
        name = given.string(rule.number, rule.keyword)
        if name is None:
            written = given.text(rule.number, rule.keyword)
            if written and not written.startswith(("lambda", "partial")):
                body.untold.append(Untold(_short(call.full), call.line, f"the method is named by `{written}`"))
            return bool(written)
        self._add_named(body, name, rule, site)
        return True

    def _add_named(self, body: _Body, name: str, rule: Naming, site: CallSite) -> None:
        methods = self._named.methods(name, rule.family)
        for one in methods:
            several = f"; one of {len(methods)}" if len(methods) > 1 else ""
            note = f"{rule.leaves or 'called by its name'}: {name!r}{several}"
            body.add(
                Step(one.symbol, one.path, one.line, "method", "string", body.depth, (site,), len(methods) == 1, note)
            )
        if not methods:
            body.untold.append(Untold(f"{name!r}", site.line, f"no {rule.family} class of this checkout defines it"))

    def _attribute_called(self, body: _Body, lines: list[str], call: Call, site: CallSite) -> bool:
        """`getattr(x, "name")(...)`: a method by its name, where exactly one class of the package has it."""
        given = arguments(lines, call)
        name = given.string(1, "name")
        rest = "\n".join([lines[call.line - 1][call.column - 1 :], *lines[call.line : call.line + 6]])
        if name is None or not name.isidentifier() or not _called_at_once(rest):
            return False
        methods = self._named.methods(name, "")
        for one in methods if len(methods) <= _STAND_INS else ():
            note = f"by its name in a string: {name!r}" + (f"; one of {len(methods)}" if len(methods) > 1 else "")
            body.add(Step(one.symbol, one.path, one.line, "method", "string", body.depth, (site,), False, note))
        return True


class _Body:
    """What was found so far in one body."""

    def __init__(self, frame: Frame, depth: int) -> None:
        self.frame = frame
        self.depth = depth
        self.outside: list[str] = []
        self.untold: list[Untold] = []
        self._found: dict[tuple[str | None, str, str], Step] = {}

    def add(self, step: Step) -> None:
        via = "call" if step.via in ("call", "made") else step.via
        key = step.path, step.symbol, via
        known = self._found.get(key)
        if known is None:
            self._found[key] = step
        elif not set(step.sites) <= set(known.sites):
            sure = known.sure or step.sure
            note = known.note if known.sure or not step.sure else step.note
            self._found[key] = replace(known, sites=(*known.sites, *step.sites), sure=sure, note=note)

    def steps(self) -> tuple[Step, ...]:
        return tuple(sorted(self._found.values(), key=lambda one: one.sites[0].line if one.sites else 0))

    def rest(self) -> Rest:
        return Rest(tuple(dict.fromkeys(self.outside)), len(self.outside), tuple(self.untold))


def _short(full: str) -> str:
    """What is called, without the arguments and indexes on the way: `group.gather(...).reshape`."""
    if "(" not in full and "[" not in full:
        return full
    kept, depth = "", 0
    for sign in full:
        depth -= sign in ")]}"
        kept += sign if depth == 0 else ""
        if sign in "([{":
            kept += "..." if depth == 0 else ""
            depth += 1
    return kept


def _why(targets: Targets) -> str:
    return targets.why or "a local value"


def _joined(*notes: str | None) -> str | None:
    return "; ".join(note for note in notes if note) or None


def _called_at_once(text: str) -> bool:
    """Whether what `getattr(...)` gives is called on the spot."""
    depth = 0
    for index, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and sign == ")":
            return text[index + 1 :].lstrip().startswith("(")
    return False
