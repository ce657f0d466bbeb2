"""Reading: tour, next, back, show, and the bare command."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from reader import guide, library
from reader.cli.rows import broken_row, held_row, stop_row, tour_row
from reader.cli.session import Session
from reader.errors import ReaderError, UnknownName, near
from reader.reading import meet
from reader.ref import Ref

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.resolve import Site
    from reader.tour import Tour

WELCOME = """\
reader is a guided reading of vLLM's source. A tour shows you the code that it is about, in the release that you have on
disk, with notes beside the lines; reader remembers what you have read.
"""

PLACES = """\
A file of the checkout is written by its path: vllm/v1/engine/core.py
What a file defines is written after it: vllm/v1/engine/core.py::EngineCore.step"""

full_option = click.option("--full", is_flag=True, help="Fold nothing.")
answers_option = click.option("--answers", is_flag=True, help="Answer the stop's questions too.")


def tour_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """For shell completion."""
    return [name for name in library.names() if name.startswith(incomplete)]


@click.command(
    epilog="\b\nExample:\n  reader tour week3\n  reader tour week3 --answers\n  reader tour week3 --print | less -R"
)
@click.argument("name", required=False, shell_complete=tour_names)
@click.option("--print", "whole", is_flag=True, help="The whole tour. Records nothing.")
@full_option
@answers_option
@click.option("--json", "as_json", is_flag=True, help="One object a line: a stop, or without NAME a tour.")
@click.pass_obj
def tour(session: Session, name: str | None, whole: bool, full: bool, answers: bool, as_json: bool) -> None:
    """Open a tour at the first stop that you have not read.

    NAME is week3, week03 or 3 for the tour of that week, a route such as fast-path, or the path of a tour's .toml file.
    Without it: the tours and the routes, and how far you are in each. A route reads stops of the weeks in another
    order; what is read there is read in its week too.

    A terminal gets a reading session on the whole screen: n turns the page, ? tells all keys, q leaves it, and reader
    next goes on where you were. With --full or --answers, and where the cursor cannot be placed, it is the one page.
    A pipe gets the whole tour.
    """
    if name is None:
        _list(session, as_json)
        return
    source = library.source_of(name)
    chosen = library.reload(source)
    checkout = _announced(session)
    if as_json:
        session.write_json(map(stop_row, guide.views(chosen, checkout, session.store(), full=full)))
    elif whole:
        session.write_all(_whole(session, chosen, checkout, full, answers))
    else:
        _open(session, chosen, source, checkout, full, answers)


@click.command(
    "next",
    epilog="\b\nExample:\n  reader next\n  reader next --skip\n  reader next --minutes 30\n  reader next --changed",
)
@click.option("--skip", is_flag=True, help="Do not record the stop that you leave as read.")
@click.option("--minutes", type=click.IntRange(1, 24 * 60), help="Plan a sitting that fits, before the page.")
@click.option("--changed", is_flag=True, help="To the next stop whose code is not what you read, and what differs.")
@full_option
@click.pass_obj
def next_(session: Session, skip: bool, minutes: int | None, changed: bool, full: bool) -> None:
    """Turn the page: the stop that you leave is recorded as read.

    With --minutes the page turns just the same, and above it stands the plan of a sitting: the unread stops, from this
    one on and into the next tours, that fit into so many minutes by the tours' own estimates.

    With --changed it goes through the stops of all tours that have changed since you read them, and shows only what
    differs; the one that you leave is recorded as you have seen it.
    """
    checkout = session.checkout()
    if changed:
        from reader.cli.comparing import turn_to_changed

        turn_to_changed(session, checkout, record=not skip)
        return
    turned = guide.turn(checkout, session.store(), record=not skip, full=full)
    if turned is None:
        _begin(session, checkout, full, minutes)
        return
    before = _sitting(session, turned.view, minutes)
    if turned.ended:
        _end(session, turned, before)
    else:
        _page(session, turned.view, checkout, before=before)


@click.command(epilog="\b\nExample:\n  reader back")
@full_option
@click.pass_obj
def back(session: Session, full: bool) -> None:
    """Turn back one page. What was recorded stays."""
    checkout = session.checkout()
    turned = guide.turn(checkout, session.store(), step=-1, record=False, full=full)
    if turned is None:
        _begin(session, checkout, full)
        return
    if turned.ended:
        session.say(f"This is the first stop of {turned.view.tour.name}.")
    _page(session, turned.view, checkout)


@click.command(
    epilog="\b\nExample:\n  reader show --full\n  reader show week3:engine-step --answers\n"
    "  reader show vllm/v1/engine/core.py::EngineCore.step\n"
    "  reader show vllm/sequence.py::SequenceGroup --at 0.10.2"
)
@click.argument("what", metavar="[STOP-or-REF]", required=False)
@full_option
@answers_option
@click.option("--at", metavar="RELEASE", help="As another release has it: fetched, or a tag or commit.")
@click.option("--uses", is_flag=True, help="What uses it, below the page.")
@click.option("--calls", is_flag=True, help="Who calls it and what it calls, below the page.")
@click.option("--tests", is_flag=True, help="The tests that exercise it, below the page.")
@click.pass_context
def show(ctx: click.Context, /, what: str | None, full: bool, answers: bool, at: str | None, **asked: bool) -> None:
    """Show one stop, or any ref; without an argument, the stop where you are.

    A stop is its id (engine-step, week3:engine-step) or its number in the current tour. A ref is path, dir/ or
    path::Qualified.name. Looking does not change where you are. A ref that leads nowhere exits 1.
    """
    session: Session = ctx.obj
    checkout = _at(session.checkout(), at)
    wanted = _here(session, checkout) if what is None else stop_or_ref(what, session, checkout)
    if isinstance(wanted, Ref):
        found = guide.look(wanted, checkout, full=full)
        session.write(session.screen(checkout).look(found), *_answers(session, checkout, found.site, asked))
        if found.site.verdict == "gone":
            _hint_at_past(session, checkout, found)
        ctx.exit(0 if found.site.found else 1)
    view = guide.view(wanted.tour, wanted.index, checkout, session.store(), full=full)
    page = session.screen(checkout).stop(view, answers=answers)
    session.write(page, *_answers(session, checkout, view.site, asked))
    if what is None:
        session.hint("reader next: turn the page")


def _answers(session: Session, checkout: Checkout, site: Site, asked: dict[str, bool]) -> list[str]:
    if not any(asked.values()):
        return []
    from reader.cli.asking import answers

    return list(answers(session, checkout, site, asked))


def _hint_at_past(session: Session, checkout: Checkout, found: guide.Look) -> None:
    """For a terminal: in which other release it can be seen."""
    if not session.out.tty:
        return
    from reader.history.past import past
    from reader.history.versions import Versions

    there = past(Versions(checkout), found.site, lambda release: found.site.ref)
    if there is not None:
        session.hint(f"reader show {found.site.ref} --at {there.site.release}: as that release had it")


def _at(checkout: Checkout, release: str | None) -> Checkout:
    if release is None:
        return checkout
    from reader.history.versions import Versions

    return Versions(checkout).open(release)


def _foreign(checkout: Checkout) -> str:
    return f"this checkout is of {checkout.named}; the tours that come with reader are about vLLM"


def where_am_i(session: Session) -> None:
    """The bare command."""
    checkout = session.checkout_at_hand()
    release, foreign = session.plans_release(), checkout is not None and checkout.foreign
    store, screen = session.store(), session.screen(checkout)
    if checkout is not None and foreign:
        session.say(f"reader: {_foreign(checkout)}")
    place = guide.place(release, store)
    # A route is only another order of the same: one is told of it while one reads it.
    tours = screen.tours([one for one in guide.progress(store, release) if one.here or not one.tour.is_route])
    if place is None:
        session.write(screen.prose(WELCOME), "\n", tours, "\n", screen.prose(_first_steps(fetch=checkout is None)))
        return
    state = "read" if place.read else "not read yet"
    here = f"You are at stop {place.index + 1} of {place.total} of {place.tour.name}: {place.stop.title} ({state})."
    onward = f"After it comes: {place.following.title}." if place.following else "It is the last one."
    session.write(tours, "\n", screen.prose(f"{here}\n{onward}"))
    session.hint("reader show: this stop again · reader next: turn the page")


def stop_or_ref(what: str, session: Session, checkout: Checkout) -> guide.Named | Ref:
    """Raises UnknownName for what is neither: no stop has the name, and nothing in the checkout has the path."""
    if not (checkout.foreign and (checkout.has(what) or checkout.is_directory(what))):
        named = find_stop(what, session, checkout)
        if named is not None:
            return named
    ref = Ref.parse(what)
    if ref.symbol or "/" in what or "." in what or checkout.has(what):
        return ref
    if checkout.is_directory(what):
        return Ref(f"{what}/")
    names = near(what, guide.stop_names(session.store()))
    raise UnknownName("stop", what, names, hint=PLACES)


def find_stop(what: str, session: Session, checkout: Checkout) -> guide.Named | None:
    """Raises OtherProject for a stop of vLLM's tours, where the checkout is of another project."""
    if checkout.foreign:
        named = guide.find_stop(what, None, session.store())
        if named is not None:
            meet(named.tour, checkout)
    return guide.find_stop(what, checkout.release, session.store())


def _here(session: Session, checkout: Checkout) -> guide.Named:
    if checkout.foreign and (place := guide.place(None, session.store())):
        meet(place.tour, checkout)
    place = guide.place(checkout.release, session.store())
    if place is None:
        raise ReaderError(f"no tour is open yet; `reader tour {library.names()[0]}` opens one, `reader tour` lists all")
    return guide.Named(place.tour, place.stop, place.index, place.tour.name)


def _announced(session: Session) -> Checkout:
    """With what the reader should know about it, on stderr."""
    checkout = session.checkout()
    for hint in checkout.hints:
        session.say(f"reader: {checkout.root}: {hint}")
    return checkout


def _open(session: Session, tour: Tour, source: str, checkout: Checkout, full: bool, answers: bool) -> None:
    """Opens it also where a pipe gets it whole: `reader next` goes on from the first unread stop then too."""
    say_of_another(session, tour, source)
    if session.out.tty and not (full or answers) and _sit_down(session, checkout, source):
        return
    view = guide.open_tour(tour, source, checkout, session.store(), full=full)
    if not session.out.tty:
        _warn(session, view)
        session.write_all(_whole(session, tour, checkout, full, answers))
        return
    if view.done == view.total:
        session.say(f"reader: all {view.total} stops of {tour.name} are read; this is where you were.")
    intro = session.screen(checkout).intro(tour) + "\n" if view.index == 0 else ""
    _page(session, view, checkout, answers, before=intro)


def _sit_down(session: Session, checkout: Checkout, source: str) -> bool:
    """A session on the whole screen, until it is left; False where the terminal cannot have one, which is said."""
    from reader import tui

    why_not = tui.refusal()
    if why_not is not None:
        session.say(f"reader: the plain page: {why_not}")
        return False
    code = tui.run(checkout, session.store(), source, color=session.out.color)
    if code:
        raise click.exceptions.Exit(code)
    return True


def say_of_another(session: Session, tour: Tour, source: str) -> None:
    """Before a tour is opened whose name another one had: progress hangs on names and ids."""
    before = guide.opened_before(tour, source, session.store())
    if before is not None:
        other = before if before.endswith(".toml") else "the one that comes with reader"
        session.say(
            f"reader: {tour.name} was another tour when it was open last: {other}. What you read there counts here"
            " where the stops have the same id; to keep the two apart, give one of the files another name."
        )


def _begin(session: Session, checkout: Checkout, full: bool, minutes: int | None = None) -> None:
    """A page cannot be turned before a tour is open: open the first."""
    name = library.names()[0]
    source = library.source_of(name)
    view = guide.open_tour(library.reload(source), source, checkout, session.store(), full=full)
    session.say(f"reader: no tour was open yet; this opens {name}.")
    _page(session, view, checkout, before=_sitting(session, view, minutes))


def _sitting(session: Session, view: guide.StopView, minutes: int | None) -> str:
    """The plan of a sitting that starts at this stop, and a blank line; nothing where none is asked for."""
    if minutes is None:
        return ""
    from reader.study.desk import desk  # with the plan 30 ms, which no other page turn pays
    from reader.study.sitting import sitting

    stops = desk(session.store(), view.release).from_here(view.tour)
    return session.screen().sitting(sitting(stops, view.tour.name, view.stop.id, minutes)) + "\n"


def _page(session: Session, view: guide.StopView, checkout: Checkout, answers: bool = False, before: str = "") -> None:
    _warn(session, view)
    session.write(before, session.screen(checkout).stop(view, answers=answers))
    session.hint("reader next: turn the page · reader back · reader show --full: unfold this stop")


def _warn(session: Session, view: guide.StopView) -> None:
    if view.unrecorded:
        session.say(f"reader: nothing is recorded: {view.unrecorded}")


def _end(session: Session, turned: guide.Turned, before: str) -> None:
    view, name = turned.view, turned.view.tour.name
    left = view.total - view.done
    how_far = f"{left} of {view.total} not read yet: `reader tour {name}`" if left else f"all {view.total} are read"
    said = f"That was the last stop of {name}; {how_far}."
    if turned.onward:
        said += f"\nNext is {turned.onward.tour.title}: `reader tour {turned.onward.tour.name}`."
    _warn(session, view)
    session.write(before, session.screen().prose(said))


def _whole(session: Session, tour: Tour, checkout: Checkout, full: bool, answers: bool) -> Iterator[str]:
    screen = session.screen(checkout)
    yield screen.intro(tour)
    for view in guide.views(tour, checkout, session.store(), full=full):
        yield "\n\n" + screen.stop(view, answers=answers)


def _list(session: Session, as_json: bool) -> None:
    checkout, shelf = session.checkout_at_hand(), library.shelf(quiet=True)
    known = checkout.release if checkout else None
    tours = guide.progress(session.store(), known, shelf.tours, foreign=bool(checkout and checkout.foreign))
    if as_json:
        rows = [tour_row(one) | held_row(shelf.held[one.tour.name]) for one in tours]
        session.write_json([*rows, *map(broken_row, shelf.broken)])
        return
    session.write(session.screen(checkout).tours(tours, shelf))
    session.hint("reader tour NAME: open one")


def _first_steps(fetch: bool) -> str:
    first = f"`reader tour {library.names()[0]}` begins."
    if not fetch:
        return first
    from reader.releases import HOME_RELEASE

    return (
        f"{first} With no checkout of vLLM here it first fetches release {HOME_RELEASE} from the package index.\n\n"
        "To read your own clone, run it in there, or choose it: `reader use PATH`."
    )
