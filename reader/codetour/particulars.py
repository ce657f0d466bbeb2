"""What stands below the words of a stop in CodeTour: where the code is, how it was found, what it is worth."""

from __future__ import annotations

from collections.abc import Iterator

from reader import facts
from reader.codetour.descriptions import code, items, markdown
from reader.excerpt import Excerpt
from reader.guide import Crossing
from reader.prose.documents import dead_claims
from reader.reading import Reading
from reader.resolve import Site
from reader.tour import Stop

_LISTED = 30  # entries of a directory that are listed


def particulars(reading: Reading, crossing: Crossing | None, *, placed: bool) -> Iterator[str]:
    """A paragraph each."""
    if crossing is not None:
        yield f"⇢ **{markdown(facts.crossing(crossing))}**"
    yield _where(reading.site)
    yield _worth(reading.stop)
    if reading.site.verdict != "exact":
        yield _verdict(reading.site)
    if not placed:
        yield "**This step has no place in this checkout.**"
    if reading.problem:
        yield f"This stop cannot be shown: {markdown(reading.problem)}"
    if reading.excerpt is not None:
        yield from (f"**!** {markdown(warning)}" for warning in reading.excerpt.warnings)
        yield from _way(reading.excerpt)
        yield from _entries(reading.excerpt)
        yield from _dead(reading.excerpt)


def _where(site: Site) -> str:
    if site.path is None:
        return f"{code(str(site.ref))} · {markdown(facts.release(site))}"
    parts = [code(facts.span(site.path, site.start, site.end)), code(site.symbol) if site.symbol else ""]
    return " · ".join([*filter(None, parts), markdown(facts.release(site))])


def _worth(stop: Stop) -> str:
    parts = ["".join(facts.state(stop)), facts.LANES[stop.lane] if stop.lane else "", "★" * stop.stars]
    return " · ".join(markdown(part) for part in [*parts, f"{stop.minutes} min"] if part)


def _verdict(site: Site) -> str:
    short, means = facts.verdict(site)
    lines = [f"**{short}**: {markdown(means)}"]
    if asked := facts.asked_for(site):
        lines.append(f"asked for {code(asked)}")
    lines += [f"{code(facts.span(hop.path, hop.line))} {markdown(hop.how)}" for hop in site.hops]
    lines += [markdown(line) for line in (site.message or "").split("\n") if line.strip()]
    for one in site.candidates:
        name = f" {code(one.symbol)}" if one.symbol else ""
        lines.append(f"{facts.candidates(site)}: {code(facts.span(one.path, one.line))}{name}")
    return items(lines)


def _way(excerpt: Excerpt) -> Iterator[str]:
    call, ends = excerpt.call_site, excerpt.ends
    if call is not None:
        sign = "back from stop" if call.back else "called by stop"
        at = code(facts.span(call.path, call.line))
        yield f"{sign} {code(call.stop)}{', called' * call.back} at {at}: {code(facts.called(call))}"
    elif ends is not None:
        yield (
            f"message from stop {code(ends.stop)} over {markdown(ends.over)}: sent at "
            f"{code(facts.span(ends.path, ends.sent))}, received at line {ends.received}"
        )
    elif excerpt.call_problem:
        yield f"comes from: {markdown(excerpt.call_problem)}"


def _entries(excerpt: Excerpt) -> Iterator[str]:
    if not excerpt.entries:
        return
    shown, more = excerpt.entries[:_LISTED], len(excerpt.entries) - _LISTED
    listed = [f"{code(one.path)} {markdown(one.about)}".rstrip() for one in shown]
    yield items([*listed, *([f"and {more} more"] if more > 0 else [])])


def _dead(excerpt: Excerpt) -> Iterator[str]:
    if excerpt.claims is not None and excerpt.claims.dead:
        head, told = dead_claims(excerpt.claims, excerpt.site.release)
        yield markdown(head)
        yield items(map(markdown, told))
