"""One stop of a page: its header in words, its prose, its excerpt, its questions, and the mark that it would leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from reader import facts
from reader.excerpt import CallSite, Excerpt
from reader.guide import StopView
from reader.guide.stops import shown_as
from reader.pages import code, documents
from reader.pages.index import Index
from reader.pages.text import parts
from reader.pages.values import Entry, Folded, Group, Mark, Note, Own, Question, Row, Spot, Stop, Trust, Way
from reader.prose.documents import dead_claims
from reader.resolve import Site

_TRUST: dict[str, Trust] = {
    "exact": "sure",
    "alias": "plain",
    "inherited": "plain",
    "elsewhere": "plain",
    "moved": "plain",
}


def stop_of(view: StopView, index: Index, *, private: bool, notes: bool) -> Stop:
    """With `private`, what the reader has read; with `notes`, what the reader wrote."""
    stop, site, excerpt = view.stop, view.site, view.excerpt
    state, reason = facts.state(stop)
    read = view.read if private else "unread"
    owner = _owner(view, index)
    return Stop(
        id=stop.id,
        number=view.index + 1,
        title=stop.title,
        crossing=facts.crossing(view.crossing) if view.crossing else None,
        lane=stop.lane,
        lane_said=facts.LANES[stop.lane] if stop.lane else None,
        state=state,
        reason=reason,
        stars=min(stop.stars, 5),
        minutes=stop.minutes,
        read=read,
        read_said=facts.READ[read],
        **_found(site, view, index),
        way=_way(view, index) if excerpt else None,
        warnings=tuple(_warnings(view)),
        why=parts(stop.why, index.anchors(view.tour.name)),
        **_shown(excerpt, view, index, owner.href if owner else None),
        questions=tuple(_questions(view, index)),
        own=tuple(_own(view)) if notes else (),
        mark=_mark(view),
        owner=owner,
    )


def _found(site: Site, view: StopView, index: Index) -> dict[str, Any]:
    """Where it is, and how one came there."""
    verdict, means = facts.verdict(site)
    return {
        "spot": Spot(facts.span(site.path, site.start, site.end) if site.path else str(site.ref)),
        "symbol": site.symbol if site.path else None,
        "release": facts.release(site),
        "historic": facts.historic(site),
        "verdict": verdict,
        "means": means,
        "trust": _TRUST.get(site.verdict, "doubt"),
        "trail": tuple(_trail(site, index, view)),
        "message": tuple(line for line in (site.message or "").split("\n") if line.strip()),
        "candidates_said": facts.candidates(site),
        "candidates": tuple(_candidates(site)),
    }


def _shown(excerpt: Excerpt | None, view: StopView, index: Index, home: str | None) -> dict[str, Any]:
    """The excerpt in its parts. `home` is where a borrowed stop has the lines of its folds."""
    name, site = view.stop.id, view.site
    known = code.notes(name, excerpt.notes, index.anchors(view.tour.name)) if excerpt else {}
    dead_said, dead = _dead(excerpt) if excerpt else (None, ())
    return {
        "loose": tuple(note for note in known.values() if note.lost),
        "outline": code.outline(name, excerpt, home) if excerpt else (),
        "form": excerpt.form if excerpt else "nothing",
        "language": excerpt.language if excerpt else "text",
        "digits": len(str(site.end or 1)),
        "beside": any(note.lost is None for note in known.values()),
        "rows": _rows(name, excerpt, known, home),
        "entries": tuple(_entries(excerpt)) if excerpt else (),
        "dead_said": dead_said,
        "dead": dead,
    }


def _rows(
    stop: str, excerpt: Excerpt | None, known: Mapping[int, Note], home: str | None
) -> tuple[Row | Folded | Group, ...]:
    """A borrowed stop, which has a `home`, leaves the lines of its folds there."""
    if excerpt is None or excerpt.form in ("directory", "nothing"):
        return ()
    make = documents.rows if excerpt.form == "document" else code.rows
    return make(stop, excerpt, known, home)


def _trail(site: Site, index: Index, view: StopView) -> Iterator[Spot]:
    """What was asked for, then each hop on the way, in words."""
    if site.verdict == "exact":
        return
    asked = facts.asked_for(site)
    if asked:
        yield Spot(f"asked for {asked}")
    for hop in site.hops:
        place = index.place(site.release, hop.path, hop.line, view.tour.name)
        yield Spot(place.text, place.href, hop.how)


def _candidates(site: Site) -> Iterator[Spot]:
    for one in site.candidates:
        yield Spot(facts.span(one.path, one.line), said=one.symbol or "")


def _way(view: StopView, index: Index) -> Way | None:
    excerpt = view.excerpt
    if excerpt is None:
        return None
    if excerpt.call_site is not None:
        return _call(excerpt.call_site, view, index)
    if excerpt.ends is not None:
        ends, tour = excerpt.ends, view.tour.name
        sent = index.place(view.site.release, ends.path, ends.sent, tour, near=(tour, ends.stop))
        here = Spot(f"line {ends.received}", index.line((tour, view.stop.id), ends.received, tour))
        title, href = index.title((tour, ends.stop)), index.stop((tour, ends.stop), tour)
        return Way(
            "message from", title or ends.stop, href, ends.over, (("sent at", sent), ("received at", here)), None
        )
    if excerpt.call_problem:
        return Way("comes from", excerpt.call_problem, None, None, (), None)
    return None


def _call(call: CallSite, view: StopView, index: Index) -> Way:
    tour = view.tour.name
    near = (tour, view.stop.id if call.back else call.stop)
    place = index.place(view.site.release, call.path, call.line, tour, near=near)
    title, href = index.title((tour, call.stop)), index.stop((tour, call.stop), tour)
    label, at = ("back from", "called at") if call.back else ("called by", "at")
    return Way(label, title or call.stop, href, None, ((at, place),), call.text.rstrip(" \\").strip())


def _warnings(view: StopView) -> Iterator[str]:
    yield from view.excerpt.warnings if view.excerpt else ()
    if view.problem:
        yield f"this stop cannot be shown: {view.problem}"


def _entries(excerpt: Excerpt) -> Iterator[Entry]:
    for one in excerpt.entries:
        size = f"{one.files} files" if one.path.endswith("/") else f"{one.lines:,} lines"
        yield Entry(one.path, size, one.about)


def _dead(excerpt: Excerpt) -> tuple[str | None, tuple[str, ...]]:
    claims = excerpt.claims
    return dead_claims(claims, excerpt.site.release) if claims and claims.dead else (None, ())


def _questions(view: StopView, index: Index) -> Iterator[Question]:
    for one in view.stop.questions:
        tour = view.tour.name
        ask, answer = (parts(text, index.anchors(tour)) for text in (one.ask, one.answer))
        yield Question(ask, answer, index.ref(one.ref, tour) if one.ref else None)


def _own(view: StopView) -> Iterator[Own]:
    for one in view.own:
        yield Own(f"{datetime.fromtimestamp(one.at, UTC):%Y-%m-%d}", parts(one.text))


def _mark(view: StopView) -> Mark:
    what = shown_as(view.release, view.site, view.excerpt)
    tour, stop = view.tour.key(view.stop)
    return Mark(tour, stop, what.release, what.ref, what.path, what.digest, what.symbol, what.first)


def _owner(view: StopView, index: Index) -> Spot | None:
    """Of a borrowed stop: where it stands in its own tour."""
    if view.stop.owner is None or not index.has(view.stop.owner):
        return None
    tour, stop = view.stop.owner
    return Spot(f"{tour}: {stop}", index.stop((tour, stop), view.tour.name))
