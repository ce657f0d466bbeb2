"""The screens of a session as pictures, at four widths and in all colours.

`pytest tests/test_tui_snapshots.py --snapshot-update` takes them anew; look at them before you keep them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from reader import library
from reader.checkout import open_checkout
from reader.progress import open_store
from reader.tui.app import Session

GUIDE = Path(__file__).parent / "fixtures" / "guide"
TOUR = """\
format = 1
title = "All that a page may have"
home = "0.13.0"
intro = "A tour with one of each."

[[stop]]
id = "first"
title = "A file that is whole"
ref = "vllm/engine.py"
lane = "frontend"
minutes = 5
why = "To have something before."

[[stop]]
id = "long"
title = "A method that is folded, outlined and noted"
ref = "vllm/long.py::Long.steps"
lane = "engine-core"
state = "legacy"
reason = "kept for who calls it"
minutes = 12
stars = 3
why = "Here `steps` does what its name says. Carry away\\n\\n- that it is long\\n- and that it ends"
[[stop.note]]
at = "step_45 ="
say = "The middle, **half way** through. What is before it is folded, what comes after it as well."
[[stop.note]]
at = "return step_0"
say = "The end: the first of them, see `Long.steps`."
[[stop.note]]
at = "nowhere"
say = "A note that lost its line."
[[stop.question]]
ask = "What is returned?"
answer = "The first."

[[stop]]
id = "gone"
title = "What is nowhere any more"
ref = "vllm/nowhere.py::Nobody"
lane = "gpu"
minutes = 5
why = "It is not here."
"""


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Session]:
    """At the second stop, the first being read."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(library, "directory", lambda: GUIDE / "tours")
    root = shutil.copytree(GUIDE / "checkout", tmp_path / "vllm-0.13.0")
    steps = "".join(f"        step_{number} = {number}  # as before\n" for number in range(130))
    (root / "vllm" / "long.py").write_text(f"class Long:\n    def steps(self):\n{steps}        return step_0\n")
    (tmp_path / "all.toml").write_text(TOUR)

    def make(theme: str = "dark", color: bool = True) -> Session:
        return Session(open_checkout(root), open_store(), str(tmp_path / "all.toml"), color=color, theme=theme)

    return make


def typed(*keys: str) -> Callable[[Pilot[int]], object]:
    async def type_them(pilot: Pilot[int]) -> None:
        for key in ("", *keys):
            await pilot.press(*([key] if key else []))
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()

    return type_them


SHOTS: dict[str, tuple[tuple[str, ...], tuple[int, int], str, bool]] = {
    "60": (("n",), (60, 20), "dark", True),
    "100": (("n",), (100, 30), "dark", True),
    "160": (("n",), (160, 45), "dark", True),
    "240": (("n",), (240, 60), "dark", True),
    "light": (("n",), (120, 40), "light", True),
    "terminal": (("n",), (120, 40), "terminal", True),
    "no-colour": (("n",), (120, 40), "dark", False),
    "gone": (("n", "n"), (120, 30), "dark", True),
    "end": (("n", "n", "n"), (100, 24), "dark", True),
    "linear": (("n", "L"), (100, 40), "dark", True),
    "help": (("question_mark",), (100, 60), "dark", True),
    "stops": (("i",), (80, 24), "dark", True),
    "small": ((), (36, 8), "dark", True),
}


@pytest.mark.parametrize("name", SHOTS)
def test_the_screen_looks_as_it_did(
    session: Callable[..., Session], snap_compare: Callable[..., bool], name: str
) -> None:
    """To the last cell and colour."""
    keys, size, theme, color = SHOTS[name]
    assert snap_compare(session(theme, color), terminal_size=size, run_before=typed(*keys))
