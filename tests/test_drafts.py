"""What an author is offered: a stop for a place, its lane, and the lines that deserve a note."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader import library, syntax
from reader.checkout import Checkout, open_checkout
from reader.drafts import draft, first_ref, first_tour
from reader.drafts.anchors import MOST, anchors
from reader.drafts.lanes import lane_of
from reader.errors import UnknownName
from reader.excerpt.placing import line_of
from reader.excerpt.visible import source_lines, visible
from reader.ref import Ref
from reader.resolve import Site, resolve_stop
from reader.syntax import Language
from reader.tour import Note, Stop, Tour
from reader.tourfile import parse

ENGINE = '''\
"""A module."""
import logging
import torch
from vllm.outputs import make_output
from vllm.queues import Inbox

logger = logging.getLogger(__name__)


class Engine:
    """Holds what is waiting."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.inbox = Inbox(config.size)
        self.turns = 0

    async def step(self, batch: list[int]) -> list[str]:
        """One turn. self.documented.call()"""
        assert self.inbox.ready()
        logger.debug("turn %s", self.inbox.name())
        if not batch:
            return []
        scheduled = self.scheduler.schedule(batch)
        scheduled = torch.tensor(scheduled)
        count = len(scheduled)
        self.turns += 1
        await self.inbox.put(scheduled)
        outputs = make_output(scheduled, count)
        for _ in range(3):
            pass
        if count > 3:
            self.inbox.send_nowait(None)
        # self.commented.out()
        return sorted(outputs, key=str)

    def _private(self):
        return 1
'''
KERNELS = """\
#include <x.h>

namespace vllm {

template <typename T>
__global__ void scale_kernel(T* out, const T* in) {
  const int i = threadIdx.x;
  out[i] = in[i];
}

}

void scale(Tensor& out, const Tensor& in) {
  TORCH_CHECK(out.size() == in.size());
  const dim3 grid(in.size(0));
  prepare(out, in);
  vllm::scale_kernel<float><<<grid, 128>>>(out.data(), in.data());
}
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    root = tmp_path / "vllm-0.13.0"
    for path, text in {
        "vllm/__init__.py": "",
        "vllm/_version.py": "__version__ = version = '0.13.0'\n",
        "vllm/engine.py": ENGINE,
        "vllm/alias.py": "from vllm.engine import Engine\n",
        "vllm/ops/triton.py": "import triton\n\n@triton.jit\ndef add_kernel(x):\n    return x\n",
        "csrc/scale.cu": KERNELS,
        "README.md": "# A project\n\nWords.\n",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return open_checkout(root)


def proposed(checkout: Checkout, ref: str) -> list[str]:
    return [note.at for note in draft(Ref.parse(ref), checkout, ()).proposed]


def test_lines_that_leave_wait_write_and_give_back_are_proposed(checkout: Checkout) -> None:
    """Not the head, docstrings, comments, logging, assertions, builtins, other libraries, or a plain return."""
    found = proposed(checkout, "vllm/engine.py::Engine.step")
    assert found == ["self.scheduler.schedule(", "self.inbox.put(", "make_output(", "self.inbox.send_nowait("]


def test_where_an_object_is_set_up_what_is_made_counts(checkout: Checkout) -> None:
    """Every line writes a field there."""
    (note,) = draft(Ref("vllm/engine.py", "Engine.__init__"), checkout, ()).proposed
    assert note == Note("self.inbox =", "TODO: who reads this later")


def test_of_a_class_its_members_are_proposed(checkout: Checkout) -> None:
    """In their order, one that is private not before the others."""
    assert proposed(checkout, "vllm/engine.py::Engine")[:2] == ["def __init__(", "async def step("]


def test_a_launch_is_proposed(checkout: Checkout) -> None:
    """With what is launched."""
    assert any("<<<" in each for each in proposed(checkout, "csrc/scale.cu::scale"))


def test_documents_and_directories_have_none(checkout: Checkout) -> None:
    """What matters in prose has no form."""
    assert proposed(checkout, "README.md") == proposed(checkout, "vllm/") == []


BODY = """\
self.a.b(
x = self.a.b(x)
return f(x)
self.n = 1
await q.get()
yield x
y = helper(x)
pass
k[grid](x)
self.a.b(1)
café = self.ö.ü(x)
s = 'self.a.b('
return x + 1
""".splitlines()


@given(st.lists(st.sampled_from(BODY), min_size=1, max_size=30))
def test_every_fragment_stands_on_one_line_of_the_span(body: list[str]) -> None:
    """Whatever the code: short, in the order of the lines, each line once, as `reader check` wants it."""
    text = "def f(self, x):\n" + textwrap.indent("\n".join(body), "    ") + "\n"
    lines = visible("\n".join(source_lines(text))).split("\n")
    site = Site(Ref("vllm/a.py", "f"), "exact", "0.13.0", "vllm/a.py", "f", "function", 1, 1, len(lines))
    notes = anchors(text, "python", site, lambda module: True)
    found = [line_of(note.at, lines, 1)[0] for note in notes]
    assert None not in found and 1 not in found
    assert found == sorted(set(found), key=lambda line: line or 0)
    assert all(len(note.at) <= 72 for note in notes) and len(notes) <= MOST


@pytest.mark.parametrize("language", ["python", "cpp", "cuda", "markdown", "text"])
@given(text=st.text(max_size=200))
def test_any_text_has_proposals_or_none(language: Language, text: str) -> None:
    """A file may be cut in the middle, or be no source at all."""
    last = len(source_lines(text))
    site = Site(Ref("a.py"), "exact", "0.13.0", "a.py", None, "file", 1, 1, last)
    assert isinstance(anchors(text, language, site, lambda module: False), tuple)


def test_real_definitions_get_lines_that_hold(release: Callable[[str], Path]) -> None:
    """Of every third stop of the weeks at 0.13.0: each proposal, taken up, is a note that stands on its line."""
    checkout = open_checkout(release("0.13.0"))
    stops = [stop for name in library.names()[:12] for stop in library.load(name).stops_at("0.13.0")][::3]
    count = 0
    for stop in stops:
        site = resolve_stop(checkout, stop.at_release("0.13.0")[0].ref, None)
        if site.path is None or site.start is None:
            continue
        text = checkout.read(site.path).text
        lines = visible("\n".join(source_lines(text)[site.start - 1 : site.end])).split("\n")
        for note in anchors(text, syntax.language_of(site.path), site, checkout.is_directory):
            assert line_of(note.at, lines, site.start)[0] is not None, (stop.id, note)
            count += 1
    assert count > 150


def test_the_lane_is_that_of_the_stops_nearby(checkout: Checkout) -> None:
    """Of the same file, then of the same folder; a kernel is the GPU's, and a document nobody's."""

    def stop(path: str, lane: str) -> Stop:
        return Stop(path.strip("/"), "t", Ref(path, "X"), "w", 1, lane=lane)  # type: ignore[arg-type]

    stops = (stop("vllm/engine.py", "engine-core"), stop("vllm/ops/other.py", "worker"), stop("csrc/a.cpp", "build"))
    tours = [Tour("t", "t", "0.13.0", "i", stops)]
    expected = {
        "vllm/engine.py::Engine.step": "engine-core",
        "vllm/ops/triton.py": "worker",
        "vllm/ops/triton.py::add_kernel": "gpu",
        "csrc/scale.cu::scale": "build",
        "csrc/scale.cu::scale_kernel": "gpu",
        "README.md": None,
        "vllm/ops/": None,
    }
    assert {ref: draft(Ref.parse(ref), checkout, tours).stop.lane for ref in expected} == expected
    assert lane_of(resolve_stop(checkout, Ref("vllm/engine.py"), None), "", (), "0.13.0") is None


@pytest.mark.parametrize(
    ("ref", "stop_id"),
    [
        ("vllm/engine.py::Engine.step", "engine-step-2"),
        ("vllm/engine.py::Engine", "engine"),
        ("csrc/scale.cu::scale_kernel", "scale-kernel"),
        ("README.md", "readme"),
        ("./", "stop"),
        ("vllm/", "vllm"),
    ],
)
def test_an_id_is_what_one_would_call_it(checkout: Checkout, ref: str, stop_id: str) -> None:
    """In the form that ids have, and free."""
    assert draft(Ref.parse(ref), checkout, (), ["engine-step"]).stop.id == stop_id


def test_what_the_author_says_counts(checkout: Checkout) -> None:
    """And what they leave out is proposed."""
    made = draft(Ref("README.md"), checkout, (), title="The front page", minutes=None, after="x").stop
    assert (made.title, made.after, made.minutes) == ("The front page", "x", 2)
    assert made.why.startswith("TODO")


def test_an_alias_says_where_the_code_is(checkout: Checkout) -> None:
    """A stop that is not live needs a reason."""
    made = draft(Ref("vllm/alias.py", "Engine"), checkout, ()).stop
    assert (made.state, made.reason) == ("alias", "the code is in vllm/engine.py")


def test_what_is_not_there_is_refused_with_what_comes_near(checkout: Checkout) -> None:
    """A stop that leads nowhere would be broken from the start."""
    with pytest.raises(UnknownName):
        draft(Ref("vllm/engine.py", "Engine.nothing"), checkout, ())


@pytest.mark.parametrize("version", ["0.13.0", "0.33.0"])
def test_a_first_tour_begins_in_the_engine(release: Callable[[str], Path], version: str) -> None:
    """With every line of the template a tour, in which notes can be taken up."""
    checkout = open_checkout(release(version))
    ref = first_ref(checkout)
    assert str(ref) == "vllm/v1/engine/core.py::EngineCore.step"
    text = first_tour("mine", None, checkout, draft(ref, checkout, map(library.load, library.names())))
    tour = parse(Path("mine.toml"), text.encode())
    assert (tour.home, tour.stops[0].lane, tour.stops[0].notes) == (version, "engine-core", ())
    taken_up = text.replace("# [[stop.note]]", "[[stop.note]]").replace("# at =", "at =").replace("# say =", "say =")
    notes = parse(Path("mine.toml"), taken_up.encode()).stops[0].notes
    assert len(notes) > 2 and all(isinstance(note, Note) for note in notes)
    assert replace(tour.stops[0], notes=notes) == parse(Path("mine.toml"), taken_up.encode()).stops[0]


def test_a_first_tour_of_any_tree_begins_with_its_front_page(checkout: Checkout) -> None:
    """Or with the folder, where there is none; what release it is, is not always known."""
    assert first_ref(checkout) == Ref("README.md")
    (checkout.root / "README.md").unlink()
    assert first_ref(checkout) == Ref("./")
    unknown = replace(checkout, release="unknown")
    text = first_tour("mine", 'A "title"', unknown, draft(Ref("./"), unknown, ()))
    tour = parse(Path("mine.toml"), text.encode())
    assert (tour.home, tour.title) == ("0", 'A "title"')
