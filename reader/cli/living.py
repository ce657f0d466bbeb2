"""Where a ref led in every release at hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reader.cli.finding import row
from reader.history.lives import Age, life
from reader.history.standing import text_of
from reader.history.successors import Successor, successors
from reader.history.versions import Versions

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.cli.session import Session
    from reader.ref import Ref


def lives(session: Session, checkout: Checkout, refs: Sequence[Ref], as_json: bool) -> bool:
    """Whether each of them was somewhere."""
    versions = Versions(checkout)
    for doubt in versions.doubts():
        session.say(f"reader: {doubt}")
    screen = None if as_json else session.screen(checkout)
    everywhere = True
    for ref in refs:
        ages = life(versions, ref, lambda release: session.progress(f"reading {release}"))
        session.progress("")
        everywhere = everywhere and any(age.site.found for age in ages)
        if screen is None:
            session.write_json(map(_row, ages))
        else:
            session.write(screen.life(str(ref), ages), screen.alike(_successors(versions, ages)))
    if len(versions.releases()) < 2:
        session.say("reader: one release is at hand; `reader fetch RELEASE` gets another to look into")
    session.hint("reader diff REF A B: what changed between two of them · reader show REF --at A: as it was in A")
    return everywhere


def _successors(versions: Versions, ages: Sequence[Age]) -> tuple[Successor, ...]:
    """Of what is gone from the checkout that is read, by its text in the newest release that has it."""
    release = versions.checkout.release
    here = next(age for age in ages if age.release == release)
    had = [age for age in ages if age.site.found and age.source != "checkout"]
    if here.site.verdict != "gone" or not had:
        return ()
    site, there = had[-1].site, versions.open(had[-1].name)
    text = text_of(there, site)
    if text is None or site.path is None:
        return ()
    return successors(versions.checkout, text, site.path, site.symbol, site.kind)


def _row(age: Age) -> dict[str, object]:
    return row(age.site) | {"release": age.release, "source": age.source, "change": age.change}
