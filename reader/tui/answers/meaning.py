"""What one name may mean."""

from __future__ import annotations

from reader.tui.answers.values import Entry
from reader.value import frozen


@frozen
class Meaning:
    """`entries` are the definitions; `types` those of the classes of what it holds, where it is a value; `onward` is
    what a call of it runs that is named in a string or sent in a message."""

    name: str
    entries: tuple[Entry, ...] = ()
    types: tuple[Entry, ...] = ()
    notes: tuple[str, ...] = ()
    onward: tuple[Entry, ...] = ()

    @property
    def leads(self) -> bool:
        return any(one.place is not None for one in (*self.entries, *self.types, *self.onward))
