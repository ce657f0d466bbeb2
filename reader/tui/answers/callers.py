"""Who calls a definition, and what it calls."""

from __future__ import annotations

from reader.tui.answers import steps
from reader.tui.answers.subject import about, subject
from reader.tui.answers.values import Answer, Group, Question, Spot, count
from reader.tui.answers.workshop import Workshop


def callers(spot: Spot, *, down: bool = True) -> Question[Answer]:
    """As `reader calls --depth 1` tells it: each caller's calls line by line, each callee where it is defined. What
    calls those is asked there."""
    doing = f"who calls {spot.name}" + ", and what it calls" * down
    return Question(doing, lambda workshop: _answer(workshop, spot, down))


def _answer(workshop: Workshop, spot: Spot, down: bool) -> Answer:
    what = subject(workshop, spot)
    if isinstance(what, Answer):
        return what
    from reader.calls import calls  # 50 ms with inference
    from reader.calls.words import aside, outside, parted, refused

    told = refused(what.kind)
    if told or what.symbol is None:
        return Answer(f"{about(what)} is {told or 'a file'}")
    known = calls(workshop.checkout, what.path, what.symbol, depth=1, down=down)
    sure, perhaps = parted(known.callers)
    groups = [
        Group("called by" if sure else "called by nothing in the package that is known to", tuple(steps.callers(sure)))
    ]
    if perhaps:
        groups.append(Group(f"perhaps by {count(len(perhaps), 'more', 'more')}", tuple(steps.callers(perhaps))))
    notes = [*known.notes, aside(known)]
    if down:
        below = (*steps.callees(known.root.below), *steps.untold(known.root.rest, known.root))
        groups.append(Group("calls" if below else "calls nothing", below))
        notes.append(outside(known.root.rest) if known.root.rest else "")
    title = (
        f"{about(what)}: {count(len(known.callers), 'caller')}" + f", {count(len(known.root.below), 'callee')}" * down
    )
    return Answer(title, tuple(groups), tuple(filter(None, notes)))
