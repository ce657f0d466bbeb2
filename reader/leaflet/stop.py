"""A stop as Markdown: its header facts, why one is here, the excerpt, and questions that reveal their answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from reader import facts
from reader.excerpt import CallSite, Excerpt
from reader.guide import StopView
from reader.leaflet.body import body
from reader.leaflet.markdown import code, escaped, line, link, prose, quoted
from reader.resolve import Site
from reader.tour import Question
from reader.value import frozen

_SOURCE = "https://github.com/vllm-project/vllm/blob/v"
_RELEASE = re.compile(r"\d+\.\d+\.\d+(?:\.post\d+)?")


@frozen
class Places:
    """What a page can link to: `stops` are the titles of its own, by id; `owners` the pages of other tours, by the stop
    that is borrowed from there. `on_the_web`: whether paths lead to vLLM's repository."""

    stops: Mapping[str, str]
    owners: Mapping[str, str]
    on_the_web: bool


def stop(view: StopView, places: Places) -> list[str]:
    one = view.stop
    lines = ["", f'<a id="{one.id}"></a>', "", f"## {view.index + 1}. {escaped(one.title.strip())}", ""]
    if view.crossing is not None:
        lines += [f"⇢ **{escaped(facts.crossing(view.crossing))}**", ""]
    lines += [_where(view.site, places.on_the_web), "", _worth(view, places)]
    banner = facts.historic(view.site)
    above = [f"**{escaped(banner)}**"] if banner else []
    for section in (above, _found(view.site), _way(view.excerpt, places), _warnings(view)):
        lines += ["", *quoted(section)] if section else []
    lines += ["", *prose(one.why)]
    if view.excerpt is not None:
        lines += body(view.excerpt)
    for question in one.questions:
        lines += _question(question)
    return lines


def _where(site: Site, on_the_web: bool) -> str:
    release = escaped(facts.release(site))
    if site.path is None:
        return f"{code(str(site.ref))} · {release}"
    spot = f"**{code(facts.span(site.path, site.start, site.end))}**"
    if on_the_web and _RELEASE.fullmatch(site.release):
        spot = link(spot, _address(site))
    symbol = f" · {code(site.symbol)}" if site.symbol else ""
    return f"{spot}{symbol} · {release}"


def _address(site: Site) -> str:
    """Of the tag of the release, which stays what it is."""
    lines = f"#L{site.start}-L{site.end}" if site.start and site.kind not in ("file", "directory") else ""
    kind = "tree" if site.kind == "directory" else "blob"
    return f"{_SOURCE.replace('blob', kind)}{site.release}/{quote(str(site.path), errors='replace')}{lines}"


def _worth(view: StopView, places: Places) -> str:
    one = view.stop
    state, reason = facts.state(one)
    parts = [line(f"{state}{reason}")]
    if one.lane:
        parts.append(facts.LANES[one.lane])
    if one.stars:
        parts.append("★" * one.stars)
    parts.append(f"{one.minutes} min")
    if one.id in places.owners:
        parts.append(f"from {link(escaped(one.owner[0] if one.owner else ''), places.owners[one.id])}")
    return " · ".join(parts)


def _found(site: Site) -> list[str]:
    """How it was found, for anything but exactly where the tour names it."""
    if site.verdict == "exact":
        return []
    word, means = facts.verdict(site)
    lines = [f"**{word}**: {escaped(means)}"]
    asked = facts.asked_for(site)
    told = [f"asked for {code(asked)}"] if asked else []
    told += [f"{code(facts.span(hop.path, hop.line))} {escaped(hop.how)}" for hop in site.hops]
    told += [line(each) for each in (site.message or "").split("\n") if each.strip()]
    told += [
        f"{facts.candidates(site)}: {code(facts.span(one.path, one.line))}"
        + (f" {code(one.symbol)}" if one.symbol else "")
        for one in site.candidates
    ]
    return [*lines, *([""] if told else []), *(f"- {each}" for each in told)]


def _way(excerpt: Excerpt | None, places: Places) -> list[str]:
    """How one comes here from another stop."""
    if excerpt is None:
        return []
    if excerpt.call_site is not None:
        return [_call(excerpt.call_site, places)]
    if excerpt.ends is not None:
        ends = excerpt.ends
        said = f"message from {_to(ends.stop, places)} over {escaped(ends.over)}"
        sent = code(facts.span(ends.path, ends.sent))
        return [f"{said}: sent at {sent}, received at line {ends.received}"]
    return [line(f"comes from: {excerpt.call_problem}")] if excerpt.call_problem else []


def _call(call: CallSite, places: Places) -> str:
    spot, text = code(facts.span(call.path, call.line)), facts.called(call)
    said = f"back from {_to(call.stop, places)}, called at" if call.back else f"called by {_to(call.stop, places)} at"
    return f"{said} {spot}: {code(text)}"


def _to(stop_id: str, places: Places) -> str:
    if stop_id not in places.stops:
        return code(stop_id)
    return link(escaped(places.stops[stop_id].strip()), f"#{stop_id}")


def _warnings(view: StopView) -> list[str]:
    told = [*(view.excerpt.warnings if view.excerpt else ())]
    if view.problem:
        told.append(f"this stop cannot be shown: {view.problem}")
    return [f"- **!** {escaped(part)}" for each in told for part in each.split("\n") if part.strip()]


def _question(question: Question) -> Iterator[str]:
    first, *more = prose(question.ask) or [""]
    yield from ("", f"**?** {first}" if not first.startswith(("`" * 3, "- ")) else "**?**")
    yield from (["", first, *more] if first.startswith(("`" * 3, "- ")) else more)
    yield from ("", "<details><summary>Answer</summary>", "", *prose(question.answer))
    if question.ref is not None:
        yield from ("", f"See {code(str(question.ref))}")
    yield from ("", "</details>")
