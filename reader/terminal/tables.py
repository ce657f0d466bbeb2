"""Lists and tables of what is known: tours, progress, problems, sites, definitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from reader.checkout.tree import of_release
from reader.resolve import Site
from reader.terminal import header
from reader.terminal.grid import grid
from reader.terminal.sheet import Sheet, words, wrapped

if TYPE_CHECKING:
    from reader.check import Problem, TourCheck
    from reader.guide import FileStatus, Status, TourProgress, TourStatus
    from reader.library import Shelf
    from reader.syntax import Definition


_FILES = 30  # that are listed at first
_STANDS_IN = "stands in for the one that comes with reader"


def tours(progresses: Sequence[TourProgress], sheet: Sheet, shelf: Shelf | None = None) -> list[Text]:
    """One line a tour, the routes after the others; the one that was opened last is marked. Below them where those of
    the `shelf` lie that did not come with reader, and what is wrong with those that are broken."""
    plain = [one for one in progresses if not one.tour.is_route]
    routes = [one for one in progresses if one.tour.is_route]
    lines = _apart(_tours("tour", plain, sheet) if plain else [], _tours("route", routes, sheet) if routes else [])
    return _apart(lines, _own(shelf, sheet) if shelf else [])


def _own(shelf: Shelf, sheet: Sheet) -> list[Text]:
    """The paths are not broken into lines: one copies them."""
    told = {one.held.path: one.complaints for one in shelf.broken}
    held = [*(shelf.held[tour.name] for tour in shelf.tours), *(one.held for one in shelf.broken)]
    shown = [one for one in held if one.origin != "reader" or one.path in told]
    room = max((len(one.name) for one in shown), default=0)
    lines: list[Text] = []
    for one in shown:
        lines.append(Text.assemble("  ", words(one.name.ljust(room), "bold"), "  ", words(str(one.path), "dim")))
        said = [words(_STANDS_IN)] if one.stands_in else []
        if one.path in told:
            first, *more = told[one.path]
            rest = f" (and {len(more)} more: reader check {one.name})" if more else ""
            said.append(Text.assemble(("broken", "bold red"), ": ", words(first.split("\n")[0] + rest)))
        indent = " " * (room + 4)
        lines += [line for each in said for line in wrapped(each, sheet.width, Text(indent), indent)]
    return lines


def _apart(first: list[Text], second: list[Text]) -> list[Text]:
    return [*first, *([Text()] if first and second else []), *second]


def _tours(name: str, progresses: Sequence[TourProgress], sheet: Sheet) -> list[Text]:
    rows = [[Text(), Text(name), Text("about"), Text("read"), Text("left")]]
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


def status(known: Status, sheet: Sheet, *, whole: bool = False) -> list[Text]:
    """Unless `whole`, only the worst changes and the files that were read; the rest is counted."""
    plain = [one for one in known.tours if not one.progress.tour.is_route]
    routes = [one for one in known.tours if one.progress.tour.is_route]
    lines = _apart(_tour_table("tour", plain, sheet), _tour_table("route", routes, sheet) if routes else [])
    if any(one.changes for one in known.tours) or any(one.marked == "changed" for one in known.files):
        from reader.terminal.changes import changes  # few readers pull a new vLLM every day

        lines += [Text(), *changes(known, sheet, whole=whole)]
    if known.files:
        lines += [Text(), *_file_table(known.files, sheet, whole=whole)]
    against = of_release(known.release) if known.release else "no checkout, so nothing counts as changed"
    summary = f"{duration(known.seconds)} spent; compared with {against}"
    if known.keeping.texts:
        summary += f"; {_size(known.keeping.size)} of what was read is kept, of at most {_size(known.keeping.room)}"
    return [*lines, Text(), *wrapped(words(summary, "dim"), sheet.width)]


def _size(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 100 * 1024 else f"{max(1, size // 1024)} KB"


def _tour_table(name: str, known: Sequence[TourStatus], sheet: Sheet) -> list[Text]:
    rows = [[Text(each) for each in (name, "", "read", "changed", "spent", "left")]]
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


def _file_table(files: Sequence[FileStatus], sheet: Sheet, *, whole: bool) -> list[Text]:
    read = [file for file in files if file.read or file.marked != "unread"]
    shown = files if whole else read[:_FILES]
    rest = _rest(len(files) - len(shown), len(files) - len(read))
    after = wrapped(words(rest, "dim"), sheet.width) if len(shown) < len(files) else []
    rows = [[Text(each) for each in ("file", "stops read", "changed", "by hand")]] if shown else []
    for file in shown:
        marked = Text("" if file.marked == "unread" else file.marked, "green" if file.marked == "read" else "bold red")
        counts = f"{file.read}/{file.total}" if file.total else ""
        rows.append([sheet.place(file.path), Text(counts), Text(str(file.changed or ""), "bold red"), marked])
    return [*(grid(rows, sheet, header=True, right=(1, 2)) if rows else []), *after]


def _rest(more: int, unread: int) -> str:
    if more == 1:
        return f"1 more file{', not read yet' if unread else ''}: --all shows it"
    return f"{more} more files, {unread} of them not read yet: --all shows them"


def checks(done: Sequence[TourCheck], sheet: Sheet) -> list[Text]:
    """A table of tours by releases, with sums where there are several of both and in which what is borrowed counts
    once, then every problem with its place, its fix and the releases that have it."""
    rows = [[Text(each) for each in ("tour", "release", "stops", "notes", "loose", "hold", "problems")]]
    before = None
    for one in done:
        rows.append(_check_row("" if one.tour.name == before else one.tour.name, one.release, [one]))
        before = one.tour.name
    releases = list(dict.fromkeys(one.release for one in done))
    if len(releases) > 1 and len(done) > len(releases):
        for release in releases:
            name = "all" if release == releases[0] else ""
            rows.append(_check_row(name, release, [one.own for one in done if one.release == release]))
    lines = grid(rows, sheet, header=True, right=(2, 3, 4, 5, 6))
    for tour in dict.fromkeys(one.tour.name for one in done):
        lines += _problems([one for one in done if one.tour.name == tour], sheet)
    return lines


def _check_row(name: str, release: str, done: Sequence[TourCheck]) -> list[Text]:
    count = sum(len(one.problems) for one in done)
    notes, loose = sum(one.notes for one in done), sum(one.loose for one in done)
    return [
        words(name, "bold"),
        words(release),
        Text(str(sum(len(one.stops) for one in done))),
        Text(str(notes)),
        Text(str(loose), "bold red" if loose else ""),
        Text(f"{100 * (notes - loose) // notes} %" if notes else ""),
        Text(str(count) if count else "none", "bold red" if count else "green"),
    ]


def _problems(done: Sequence[TourCheck], sheet: Sheet) -> list[Text]:
    """Those of one tour, each told once."""
    where: dict[Problem, list[str]] = {}
    for one in done:
        for problem in one.problems:
            where.setdefault(problem, []).append(one.release)
    if not where:
        return []
    several = len(done) > 1
    head = done[0].tour.name if several else f"{done[0].tour.name} at {done[0].release}"
    lines = [Text(), words(head, "bold")]
    for problem, releases in where.items():
        lines += _problem(problem, releases if several else [], sheet)
    return lines


def _problem(problem: Problem, releases: Sequence[str], sheet: Sheet) -> list[Text]:
    text = Text.assemble((problem.what, "bold red"), "  ", words(problem.where, "bold"), "  ", words(problem.say))
    if releases:
        text.append("  ").append(words(f"(at {', '.join(releases)})", "dim"))
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
