"""Lists and tables of what is known: tours, progress, problems, sites, definitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from reader.resolve import Site
from reader.terminal import header
from reader.terminal.grid import grid
from reader.terminal.sheet import Sheet, words, wrapped

if TYPE_CHECKING:
    from reader.check import Problem, TourCheck
    from reader.guide import FileStatus, Status, TourProgress, TourStatus
    from reader.syntax import Definition


def tours(progresses: Sequence[TourProgress], sheet: Sheet) -> list[Text]:
    """One line a tour; the one that was opened last is marked."""
    rows = [[Text(), Text("tour"), Text("about"), Text("read"), Text("left")]]
    for one in progresses:
        rows.append(
            [
                Text("▸" if one.here else " ", "bold magenta"),
                words(one.tour.name, "bold"),
                words(one.tour.title),
                Text(f"{one.read}/{one.total}", "green" if one.read == one.total else ""),
                Text(duration(one.minutes_left * 60) if one.minutes_left else "done"),
            ]
        )
    return grid(rows, sheet, header=True, right=(3, 4))


def status(known: Status, sheet: Sheet) -> list[Text]:
    lines = _tour_table(known.tours, sheet)
    changed = [(one.progress.tour.name, stop) for one in known.tours for stop in one.changed]
    if changed:
        lines += [Text(), Text("changed since you read it", "bold red")]
        lines += [Text.assemble("  ", words(f"{tour}: {stop}")) for tour, stop in changed]
    if known.files:
        lines += [Text(), *_file_table(known.files, sheet)]
    against = f"vLLM {known.release}" if known.release else "no checkout, so nothing counts as changed"
    summary = words(f"{duration(known.seconds)} spent; compared with {against}", "dim")
    return [*lines, Text(), *wrapped(summary, sheet.width)]


def _tour_table(known: Sequence[TourStatus], sheet: Sheet) -> list[Text]:
    rows = [[Text(each) for each in ("tour", "", "read", "changed", "spent", "left")]]
    for one in known:
        progress = one.progress
        rows.append(
            [
                words(progress.tour.name, "bold"),
                header.bar(progress.read, progress.total),
                Text(f"{progress.read}/{progress.total}"),
                Text(str(len(one.changed) or ""), "bold red"),
                Text(duration(progress.seconds) if progress.seconds else ""),
                Text(duration(progress.minutes_left * 60) if progress.minutes_left else "done"),
            ]
        )
    return grid(rows, sheet, header=True, right=(2, 3, 4, 5))


def _file_table(files: Sequence[FileStatus], sheet: Sheet) -> list[Text]:
    rows = [[Text(each) for each in ("file", "stops read", "changed", "by hand")]]
    for file in files:
        marked = Text("" if file.marked == "unread" else file.marked, "green" if file.marked == "read" else "bold red")
        counts = f"{file.read}/{file.total}" if file.total else ""
        rows.append([sheet.place(file.path), Text(counts), Text(str(file.changed or ""), "bold red"), marked])
    return grid(rows, sheet, header=True, right=(1, 2))


def checks(done: Sequence[TourCheck], sheet: Sheet) -> list[Text]:
    """A table over all, then every problem with its place and its fix."""
    rows = [[Text(each) for each in ("tour", "release", "stops", "notes", "loose", "problems")]]
    for one in done:
        count = len(one.problems)
        rows.append(
            [
                words(one.tour.name, "bold"),
                words(one.release),
                Text(str(len(one.stops))),
                Text(str(one.notes)),
                Text(str(one.loose), "bold red" if one.loose else ""),
                Text(str(count) if count else "none", "bold red" if count else "green"),
            ]
        )
    lines = grid(rows, sheet, header=True, right=(2, 3, 4, 5))
    for one in done:
        if one.problems:
            lines += [Text(), words(f"{one.tour.name} at {one.release}", "bold")]
            lines += [line for problem in one.problems for line in _problem(problem, sheet)]
    return lines


def _problem(problem: Problem, sheet: Sheet) -> list[Text]:
    text = Text.assemble((problem.what, "bold red"), "  ", words(problem.where, "bold"), "  ", words(problem.say))
    return wrapped(text, sheet.width, Text("  "), "    ")


def sites(found: Sequence[Site], sheet: Sheet) -> list[Text]:
    """Where each ref leads, with its hops or its candidates."""
    lines: list[Text] = []
    for site in found:
        drawn = header.where(site, sheet)
        apart = lines and (len(drawn) > 1 or site.verdict != "exact")
        lines += [*([Text()] if apart else []), *drawn]
    return lines


def definitions(path: str, known: Sequence[Definition], sheet: Sheet) -> list[Text]:
    """The definitions of one file, nested by their spans."""
    lines = [sheet.place(path, style="bold")]
    spans = [f"{one.start}-{one.end}" for one in known]
    room = max(map(len, spans), default=0)
    open_ends: list[int] = []
    for one, span in zip(known, spans, strict=True):
        while open_ends and open_ends[-1] < one.start:
            open_ends.pop()
        text = Text.assemble((one.kind, "dim"), " ", words(one.symbol if one.kind == "heading" else one.name, "bold"))
        if one.stub or one.condition:
            text.append("  ").append(words(one.condition or "stub", "dim"))
        lead = Text.assemble((span.rjust(room), "dim"), "  ", "  " * len(open_ends))
        lines += wrapped(text, sheet.width, lead, " " * (lead.cell_len + 2))
        open_ends.append(one.end)
    return lines


def duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return "under 1 min" if seconds else "0 min"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"
