"""What names and callees mean: small files that say it in as many ways as Python has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reader.checkout import Checkout, open_checkout
from reader.inference import Inference, Targets
from reader.resolve.sources import Sources

SHARED = """
import copy, functools
from typing import Any, Awaitable, Callable, ClassVar, Iterator, Optional, Type, TypeVar, Union, cast
import torch

class Part:
    def turn(self) -> "Part": ...
    @property
    def twin(self) -> "Part": ...
    @classmethod
    def make(cls): return cls()
    @staticmethod
    def other() -> "Other": ...
    def __enter__(self): return self
    def __exit__(self, *_): ...
    def __iter__(self) -> "Iterator[Other]": ...
    def __getitem__(self, index) -> "Other": ...
    def __call__(self) -> "Other": ...
    async def later(self) -> "Other": ...

class Other:
    def turn(self) -> int: ...

class Sub(Part):
    pass

T = TypeVar("T", bound=Part)
Alias = Union[Part, None]
def plain(part: Part): return part.twin
def several(): return [Part() for _ in range(3)]
def pairs() -> dict[str, tuple[Part, Other]]: ...
def called(make: Callable[..., Part]): ...
"""

PART, OTHER = "Part.turn", "Other.turn"

# What stands before `.turn()`, after the statements before the last, and whose `turn` that is; None: not known.
SAID = (
    ("x = Part()\nx", PART),
    ("x: Part = anything\nx", PART),
    ("x = Part()\nx = Other()\nx", OTHER),
    ("x = Part() if y else None\nx", PART),
    ("x = y or Part()\n(x)", None),
    ("(x := Part())", PART),
    ("Sub()", PART),
    ("Part().turn()", PART),
    ("Part().twin.twin", PART),
    ("Part.make()", PART),
    ("Sub.make()", PART),
    ("Part.other()", OTHER),
    ("plain(1)", PART),
    ("several()[0]", PART),
    ("several()[1:][0]", PART),
    ("next(iter(several()))", PART),
    ("sorted(several(), key=len)[0]", PART),
    ("copy.deepcopy(Part())", PART),
    ("cast(Part, y)", PART),
    ("cast('Other', y)", OTHER),
    ("pairs()['a'][1]", OTHER),
    ("pairs().get('a')[0]", PART),
    ("Part()[0]", OTHER),
    ("Part()()", OTHER),
    ("(await Part().later())", OTHER),
    ("functools.partial(plain, 1)()", PART),
    ("object.__new__(Part)", PART),
    ("type(Part())()", PART),
    ("getattr(Part(), 'twin')", PART),
    ("{'a': Other()}['a']", OTHER),
    ("(Part(), Other())[1]", OTHER),
    ("torch.zeros(1)", "outside"),
    ("'text'", "outside"),
    ("unheard_of", None),
    ("x = []\nx.append(Other())\nx[0]", OTHER),
    ("x = {}\nx['a'] = Other()\nx['a']", OTHER),
    ("for x in Part():\n  x", OTHER),
    ("for _, (x, _) in pairs().items():\n  x", PART),
    ("for i, x in enumerate(several()):\n  x", PART),
    ("for x, y in zip(several(), Part()):\n  y", OTHER),
    ("with Part() as x:\n  x", PART),
    ("a, *b = several()\nb[0]", PART),
    ("a = b = Part()\nb", PART),
    ("def f(x: Optional[Part]):\n  x", PART),
    ("def f(x: 'Alias'):\n  x", PART),
    ("def f(x: T):\n  x", PART),
    ("def f(x: Type[Part]):\n  x()", PART),
    ("def f(x: Part | Other):\n  if isinstance(x, Other):\n    x", OTHER),
    ("def f(x: Part | Other):\n  if isinstance(x, Part):\n    return\n  x", OTHER),
    ("def f(x: Any):\n  assert isinstance(x, Part)\n  x", PART),
    ("def f(*x: Part):\n  x[0]", PART),
    ("def f(**x: Part):\n  x['a']", PART),
    ("def f(x: Callable[[int], Part]):\n  x(1)", PART),
    ("def f(x: Awaitable[Part]):\n  (await x)", PART),
    ("def f(x):\n  x", None),
    ("[x for x in several()][0]", PART),
    ("class C:\n  x: ClassVar[Part]\n  def f(self):\n    self.x", PART),
    ("class C:\n  def g(self):\n    self.x = Other()\n  def f(self):\n    self.x", OTHER),
    ("class C(Sub):\n  def f(self):\n    super()", PART),
    ("class C:\n  def f(self):\n    return self\n  turn = 1\nC().f()", "C.turn"),
    ("match y:\n  case Part() as x:\n    x", PART),
    ("while y:\n  x\n  x = Other()", OTHER),
)  # fmt: skip


@pytest.fixture(scope="module")
def checkout() -> Checkout:
    return Checkout(Path(__file__).parent / "fixtures" / "usages", "0.13.0", "archive")


@pytest.fixture
def asked(tmp_path: Path) -> Callable[[str], Targets]:
    def ask(said: str) -> Targets:
        *before, last = said.split("\n")
        if last.lstrip().startswith("x ="):  # a loop whose use comes first
            *before, use, last = said.split("\n")
            lines = [*before, f"{use}.turn()", last]
            number = len(lines) - 1
        else:
            lines = [*before, f"{last}.turn()"]
            number = len(lines)
        text = SHARED + "\n".join(lines) + "\n"
        (tmp_path / "a.py").write_text(text, encoding="utf-8")
        line = SHARED.count("\n") + number
        column = text.split("\n")[line - 1].rindex("turn") + 1
        return Inference(Sources(Checkout(tmp_path, "0.13.0", "archive"))).targets("a.py", line, column)

    return ask


@pytest.mark.parametrize(("said", "meant"), SAID)
def test_the_member_of_an_expression_is_known_by_its_type(
    asked: Callable[[str], Targets], said: str, meant: str | None
) -> None:
    """Whatever way Python has to say of what class something is."""
    targets = asked(said)
    if meant == "outside":
        assert targets.outside
        return
    if meant is None:
        assert not targets.sure
        assert targets.why
        return
    assert [one.symbol for one in targets.found] == [meant]
    assert targets.sure


def test_both_of_two_types_are_meant(asked: Callable[[str], Targets]) -> None:
    """A union, and a loop that leads back, leave both."""
    for said in ("def f(x: Part | Other):\n  x", "x = Part()\nwhile y:\n  x\n  x = Other()"):
        assert {one.symbol for one in asked(said).found} == {PART, OTHER}


def test_a_circle_of_types_is_not_known(asked: Callable[[str], Targets]) -> None:
    """Functions that return each other, and a class that is its own base, end without an answer."""
    assert not asked("def a(): return b()\ndef b(): return a()\na()").found
    assert not asked("class A(B): pass\nclass B(A): pass\nA()").found
    assert not asked("x = x\nx").found


def test_names_are_followed_through_imports(checkout: Checkout) -> None:
    """A name, an alias, what a package hands out, and a name of Python itself."""
    inference = Inference(Sources(checkout))
    lines = checkout.read("pkg/aliases.py").text.split("\n")

    def at(fragment: str) -> Targets:
        number = next(number for number, line in enumerate(lines, 1) if fragment in line)
        return inference.targets("pkg/aliases.py", number, lines[number - 1].index(fragment) + 1)

    assert [one.symbol for one in at("Lazy, None").found] == ["Engine"]
    assert [one.symbol for one in at("CoreEngine.step").found] == ["Engine"]
    assert [(one.path, one.symbol) for one in at("engines.Engine(").found] == [("pkg/core/engine.py", None)]
    assert at("enumerate(").outside


def test_a_place_without_a_name_says_so(checkout: Checkout) -> None:
    """A comment, a string and a line that is not there give a reason and no target."""
    inference = Inference(Sources(checkout))
    for line, column in ((1, 2), (12, 11), (4000, 1)):
        targets = inference.targets("pkg/core/engine.py", line, column)
        assert (targets.found, targets.sure) == ((), False)
        assert targets.why


def test_a_file_that_does_not_parse_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """What stands whole in it is found."""
    (tmp_path / "a.py").write_text("class A:\n    def f(self): ...\n\nA().f()\n\ndef g(:\n", encoding="utf-8")
    inference = Inference(Sources(Checkout(tmp_path, "0.13.0", "archive")))
    assert [one.symbol for one in inference.targets("a.py", 4, 5).found] == ["A.f"]


def test_columns_count_characters(tmp_path: Path) -> None:
    """A name behind letters of several bytes stands where an editor has it."""
    (tmp_path / "a.py").write_text('class A:\n    def f(self): ...\n\nx = "日本語", A().f()\n', encoding="utf-8")
    inference = Inference(Sources(Checkout(tmp_path, "0.13.0", "archive")))
    assert [one.symbol for one in inference.targets("a.py", 4, 16).found] == ["A.f"]


def test_the_engine_of_a_release_is_known(release: Callable[[str], Path]) -> None:
    """What the core calls its scheduler is declared as the interface; a local of the loop has its class."""
    inference = Inference(Sources(open_checkout(release("0.13.0"))))
    text = inference.files.sources.text("vllm/v1/engine/core.py").split("\n")
    number = next(number for number, line in enumerate(text, 1) if "self.scheduler.schedule()" in line)
    targets = inference.targets("vllm/v1/engine/core.py", number, text[number - 1].index("schedule()") + 1)
    assert [one.symbol for one in targets.found] == ["SchedulerInterface.schedule"]


HOSTILE = {
    "sum": "x = " + " + ".join(["'a'"] * 4000) + "\nx.f\n",
    "brackets": "x = " + "(" * 900 + "1" + ")" * 900 + "\nx.f\n",
    "chain": "x" + ".a()" * 3000 + "\nx.f\n",
    "quote": 'x = """\nx.f\n',
    "quotes": "x = ''' \"\"\"\nclass A:\n  x.f\n'''\nx.f\n",
    "nul": "\x00\nx.f\n",
    "circle": "class x(x):\n  f = x.f\nx.f\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_ends_in_an_answer(tmp_path: Path, text: str) -> None:
    """However deep, cut off or circular: an answer, or a reason why there is none."""
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    inference = Inference(Sources(Checkout(tmp_path, "0.13.0", "archive")))
    targets = inference.targets("a.py", text.rstrip("\n").count("\n") + 1, 3)
    assert targets.found or targets.why or targets.outside
