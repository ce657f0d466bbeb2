"""Which files mention, define, assign or declare a name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reader import search
from reader.checkout import Checkout, open_checkout

FILES = {
    "vllm/__init__.py": "",
    "vllm/one.py": "class Thing:\n    def act(self):\n        return Things\n",
    "vllm/two.py": "TABLE: dict = {}\nasync def act():\n    TABLE == 1\n    inner = 2\n",
    "vllm/three.py": "from vllm.one import Thing\n",
    "csrc/a.cu": "template <typename T>\n__global__ void act_kernel(T* x) {}\n#define ACT(x) act_kernel(x)\n",
    "csrc/b.cu": "void host() { act_kernel<<<1, 1>>>(x); return act_kernel(x); }\nstruct alignas(16) Vec { int x; };\n"
    "REGISTER_IT(ops) {}\n",
    "docs/act.md": "# act\n",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return open_checkout(tmp_path)


@pytest.mark.parametrize("padding", [0, 100])
def test_a_mention_is_a_whole_word(checkout: Checkout, padding: int) -> None:
    """`Things` is no mention of `Thing`, whether few names are asked for or many."""
    others = [f"nobody_{number}" for number in range(padding)]
    found = search.files_mentioning(checkout, ["Thing", "Things", *others])
    assert found["Thing"] == ("vllm/one.py", "vllm/three.py")
    assert found["Things"] == ("vllm/one.py",)
    assert all(found[name] == () for name in others)


def test_a_search_stays_under_its_folder_and_suffixes(checkout: Checkout) -> None:
    """What is asked for in one folder or of one kind of file is not looked for elsewhere."""
    assert search.files_mentioning(checkout, ["act_kernel"], under="csrc")["act_kernel"] == ("csrc/a.cu", "csrc/b.cu")
    assert search.files_mentioning(checkout, ["act_kernel"], under="vllm")["act_kernel"] == ()
    assert search.files_mentioning(checkout, ["act"], suffixes=(".md",))["act"] == ("docs/act.md",)


@pytest.mark.parametrize("padding", [0, 100])
def test_a_definition_is_a_def_or_a_class(checkout: Checkout, padding: int) -> None:
    """Methods and async functions count, imports do not."""
    found = search.files_defining(checkout, ["Thing", "act", *(f"nobody_{number}" for number in range(padding))])
    assert found["Thing"] == ("vllm/one.py",)
    assert found["act"] == ("vllm/one.py", "vllm/two.py")


def test_an_assignment_stands_at_the_start_of_a_line(checkout: Checkout) -> None:
    """A module's own name counts, also on the first line; a local one and a comparison do not."""
    found = search.files_assigning(checkout, ["TABLE", "inner"])
    assert found == {"TABLE": ("vllm/two.py",), "inner": ()}


@pytest.mark.parametrize("padding", [0, 100])
def test_a_head_in_native_code_is_told_from_a_call(checkout: Checkout, padding: int) -> None:
    """A kernel, a macro and a struct are found where they are written, not where they are launched."""
    names = ["act_kernel", "ACT", "Vec", "REGISTER_IT", *(f"nobody_{number}" for number in range(padding))]
    found = search.files_declaring(checkout, names)
    assert "csrc/a.cu" in found["act_kernel"]
    assert found["ACT"] == ("csrc/a.cu",)
    assert found["Vec"] == found["REGISTER_IT"] == ("csrc/b.cu",)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("step", 1),
        ("step step_ _step step2 steps", 1),
        ("stepstep.step", 1),
        ("ästep stepß step\u0301", 0),  # letters, and a mark that belongs to the letter before it
        ("“step” step… →step", 3),
    ],
)
def test_a_word_ends_where_its_letters_end(text: str, count: int) -> None:
    """Letters of any script make a word longer; quotes and arrows do not, though they are several bytes too."""
    assert len(list(search.occurrences(text.encode(), b"step"))) == count


def test_a_neighbour_that_is_no_utf_8_is_read_as_latin_1() -> None:
    """An old file in another encoding is searched all the same."""
    assert list(search.occurrences(b"\xe4step \xa7step", b"step")) == [7]


def test_texts_come_with_what_is_in_them(checkout: Checkout) -> None:
    """Whoever asks where a word stands need not read the file again."""
    found = dict(search.texts_mentioning(checkout, "Thing"))
    assert list(found) == ["vllm/one.py", "vllm/three.py"]
    assert found["vllm/three.py"] == FILES["vllm/three.py"].encode()
    assert list(search.texts_mentioning(checkout, "act_kernel", "csrc", (".cu",))) == [
        (path, FILES[path].encode()) for path in ("csrc/a.cu", "csrc/b.cu")
    ]


def test_a_large_file_is_read_to_its_end(checkout: Checkout) -> None:
    """What is read at once is less than some files have."""
    (checkout.root / "vllm/large.py").write_text("# filler\n" * 20_000 + "last_word = 1\n")
    assert [path for path, _ in search.texts_mentioning(checkout, "last_word")] == ["vllm/large.py"]


def test_a_named_pipe_is_passed_over(checkout: Checkout) -> None:
    """A search does not wait for somebody who writes into a pipe."""
    os.mkfifo(checkout.root / "vllm/pipe.py")
    assert search.files_mentioning(checkout, ["Things"])["Things"] == ("vllm/one.py",)


def test_a_file_that_vanished_is_passed_over(checkout: Checkout) -> None:
    """Between the listing and the reading a file may go; the search goes on."""
    assert "vllm/one.py" in tuple(checkout.files())
    (checkout.root / "vllm/one.py").unlink()
    assert search.files_mentioning(checkout, ["Thing"])["Thing"] == ("vllm/three.py",)
