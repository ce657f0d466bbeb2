"""What is shown kept to what lies on disk: a file that is edited meanwhile, a release that is checked out.

Nothing is watched that another program must provide: the few files that a page was made of are looked at each second,
which takes microseconds.
"""

from __future__ import annotations

from dataclasses import replace

from reader.checkout.identity import release_of
from reader.errors import ReaderError
from reader.guide import Ready
from reader.reading import Readings
from reader.tui.asking import Asking
from reader.tui.shown import Placed

EVERY = 1.0  # seconds


class Current(Asking):
    """Needs somebody who calls `notice` now and then."""

    def notice(self) -> bool:
        """Whether what is shown is no longer what lies there; it is then shown anew, and that is said. Not under a
        panel, which is about what was shown, and not while another page is on its way."""
        if not hasattr(self, "shown") or len(self.screen_stack) > 1 or self.shown.ended or self._on_the_way:
            return False
        old = [path for path, stamp in self.shown.files if self.readings.checkout.stamp(path) != stamp]
        if not old:
            return False
        self.workshop.forget()
        checkout = self.readings.checkout
        release = checkout.release if checkout.foreign else release_of(checkout.root, checkout.kind)[0]
        if release != checkout.release:
            self._leave_for(release)
        else:
            self._show_anew(f"{old[0]} was changed: this is how it is now")
        return True

    @property
    def _on_the_way(self) -> bool:
        return any(worker.group == "page" and not worker.is_finished for worker in self.workers)

    def _show_anew(self, said: str) -> None:
        shown, where = self.shown, self.page.where()

        def again(ready: Ready) -> None:
            if self.shown is shown:
                self.shown = replace(shown, view=shown.turning.lectern.open(ready), ready=ready)
                self.draw(where)
                self.say(said)

        def placed(found: Placed) -> None:
            if self.shown is shown:
                self.shown = replace(shown, view=found.look, placed=found.files)
                self.draw(where)
                self.say(said)

        if shown.ready is not None:
            self.after(shown.turning.page(shown.ready.index), again, said)
        else:
            self.after(self.looked(shown.view.site.ref), placed, said)

    def _leave_for(self, release: str) -> None:
        """Stops, notes and questions are another release's now: the tour is opened anew, at the same stop."""
        turning, stop = self.shown.turning, self.shown.stop
        for one in self.turnings.values():
            one.close()
        checkout = replace(self.readings.checkout, release=release)
        self.start(self.store, Readings(checkout, past=True))
        self.workshop.leave_for(checkout)
        try:
            anew = self.turning(turning.lectern.source)
        except ReaderError as error:
            self.exit(error.exit_code, return_code=error.exit_code, message=f"reader: {error}")
            return
        ids = [one.id for one in anew.lectern.stops]
        index = ids.index(stop.stop.id) if stop is not None and stop.stop.id in ids else anew.lectern.first()
        self.go_to(anew, index, trail=False)
        self.say(f"this checkout is of {checkout.named} now, and so is the tour")
