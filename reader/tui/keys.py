"""Every key of the session, once: what it does, in which words, and which of them stand at the foot."""

from __future__ import annotations

from reader.value import frozen


@frozen
class Key:
    """`keys` as Textual names them, the first being the one that is told; `shown` is how it is written where that is
    not its name. `foot` is the word at the foot of the screen, for those that stand there."""

    keys: str
    action: str
    does: str
    foot: str = ""
    shown: str = ""

    @property
    def sign(self) -> str:
        return self.shown or self.keys.partition(",")[0]


GROUPS: tuple[tuple[str, tuple[Key, ...]], ...] = (
    (
        "Pages",
        (
            Key("n,right", "onward", "the next stop; the one you leave is marked as read", "next", "n →"),
            Key("space", "space", "a screen further, at the end the next stop"),
            Key("p,left", "backward", "the stop before; what is marked stays so", "back", "p ←"),
            Key("s", "skip", "the next stop, without a mark on this one", "skip"),
            Key("m", "mark", "mark this stop as read, or take the mark away", "mark"),
            Key("i", "contents", "the stops of the tour: show them and go there, then hide them", "stops"),
            Key("T", "tours", "another tour, week or route", "tours"),
        ),
    ),
    (
        "On the page",
        (
            Key("down,j", "line(1)", "a line down, up", shown="↓ ↑ j k"),
            Key("up,k", "line(-1)", ""),
            Key("tab", "name(1)", "to the next name in the code, to the one before", "name", "tab ⇧tab"),
            Key("shift+tab", "name(-1)", ""),
            Key("l,shift+right", "column(1)", "a character to the right, to the left", shown="l h"),
            Key("h,shift+left", "column(-1)", ""),
            Key("pagedown,ctrl+f", "screenful(1)", "a screen down, up", shown="pgdn pgup"),
            Key("pageup,ctrl+b,b", "screenful(-1)", ""),
            Key("ctrl+d", "screenful(0.5)", "half a screen down, up", shown="^d ^u"),
            Key("ctrl+u", "screenful(-0.5)", ""),
            Key("g,home", "edge(-1)", "to the top, to the end", shown="g G"),
            Key("G,end", "edge(1)", ""),
            Key("enter,o", "unfold", "open the fold under the cursor or close it again; follow an entry", "open", "↵"),
            Key("O", "unfold_all", "open every fold; close them again"),
            Key("slash", "search", "search on the page; then n and N go from hit to hit, esc ends it", "search", "/"),
            Key("N", "hit(-1)", ""),
            Key("escape", "dismiss", "end a search, leave the stops, leave a place you jumped to", shown="esc"),
        ),
    ),
    (
        "Ask the code",
        (
            Key("d", "definition", "where the name under the cursor is defined", "definition"),
            Key("c", "callers", "who calls it, and what it calls", "callers"),
            Key("u", "uses", "every place that uses it", "uses"),
            Key("t", "tests", "the tests that exercise it"),
            Key("C", "classes", "the classes above and below it, and which methods stand in for which"),
            Key("K", "kernel", "the path of the operation, from Python to the kernel"),
            Key("x", "changes", "what differs from what you read"),
            Key("F", "find", "find a definition in the whole checkout"),
            Key("ctrl+o,backspace,left_square_bracket,alt+left", "trail(-1)", "back where you were", shown="^o ⌫ ["),
            Key("ctrl+i,right_square_bracket,alt+right", "trail(1)", "forward again", shown="^i ]"),
        ),
    ),
    (
        "You",
        (
            Key("a", "question", "the question of this stop, and its answer", "answer"),
            Key("w", "note", "write a note of your own", "note"),
            Key("e", "editor", "open this place in your editor"),
            Key("y", "copy", "copy the reference of this place"),
        ),
    ),
    (
        "Screen",
        (
            Key("D", "theme", "dark, light, or your terminal's own colours"),
            Key("L", "linear", "one column in reading order, in words: for a screen reader"),
            Key("question_mark", "help", "these keys", "keys", "?"),
            Key("q", "leave", "quit; your place is kept", "quit", "q"),
            Key("ctrl+c", "interrupt", ""),
            Key("ctrl+z", "suspend_process", "back to the shell for a while", shown="^z"),
        ),
    ),
)

KEYS = tuple(key for _, keys in GROUPS for key in keys)
