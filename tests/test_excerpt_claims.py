"""What a document claims about the checkout: what counts as a claim, what is dead, and how that is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reader.checkout import Checkout, open_checkout
from reader.excerpt import Claims, excerpt_of
from reader.excerpt.claims import claims_of
from reader.ref import Ref
from reader.resolve import resolve_all
from reader.terminal import Screen
from reader.terminal.documents import DEAD, document
from reader.terminal.sheet import Sheet

# Paths and names that releases really had, as the table of lifetimes knows no others; the text about them is ours.
GONE_FILE = "vllm/worker/model_runner.py"
GONE_CLASS = "FusedMoEModularKernel"
FILES = {
    "vllm/__init__.py": "",
    "vllm/engine/llm_engine.py": f"class LLMEngine: ...\n# {GONE_CLASS} is gone\n",
    "csrc/attention/attention_kernels.cuh": "void paged();\n",
    "README.md": "",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return open_checkout(tmp_path)


def claims(checkout: Checkout, *lines: str) -> Claims | None:
    return claims_of(checkout, "docs/design/one.md", lines, 1)


@pytest.mark.parametrize(
    "line",
    [
        f"the file `{GONE_FILE}` runs it",
        f"the line `{GONE_FILE}#L12` runs it",
        f"[the runner](../../{GONE_FILE})",
        f"[the runner](gh-file:{GONE_FILE})",
        f"<gh-file:{GONE_FILE}>",
        f"[the runner](https://github.com/vllm-project/vllm/blob/main/{GONE_FILE}#L3)",
        "`vllm.worker.model_runner`",
        f"`{GONE_CLASS}` does it",
        f"`{GONE_CLASS}.forward` does it",
        "`csrc/attention/attention_kernels.cu` has it",
    ],
)
def test_what_some_release_had_and_this_checkout_has_not_is_dead(checkout: Checkout, line: str) -> None:
    """In backticks or as a link, by path, by dotted name or by name; a comment in the code keeps nothing alive."""
    found = claims(checkout, "before", line)
    assert found is not None and found.checked == 1
    assert [one.line for one in found.dead] == [2]


@pytest.mark.parametrize(
    "line",
    [
        "`vllm/worker/my_runner.py` is yours to write",
        "`vllm serve --model vllm/worker/model_runner.py`",
        "`--worker-cls` and `VLLM_USE_V1=1` and `path/to/model.py` and `MyModel` and `AutoModel`",
        f"{GONE_FILE} without backticks",
        f"[then](https://github.com/vllm-project/vllm/blob/10b67d8/{GONE_FILE})",
        "[page](../cli/serve.md) [anchor](#top) [site](https://example.org/vllm/worker/model_runner.py)",
        "`../../../etc/passwd`",
        "`vllm.general_plugins`",
    ],
)
def test_what_no_release_had_is_no_claim(checkout: Checkout, line: str) -> None:
    """A placeholder, a command, an option, another library's name, a fixed commit, a page that the build makes."""
    assert claims(checkout, line) is None


def test_what_is_there_is_alive(checkout: Checkout) -> None:
    """It is counted, and nothing is said about it; nor about what stands in a fence."""
    found = claims(checkout, "`vllm/engine/llm_engine.py` `vllm.engine.llm_engine.LLMEngine`", "```", GONE_FILE, "```")
    assert found is not None
    assert (found.checked, found.dead) == (2, ())


def test_a_dead_path_says_where_it_is_now(checkout: Checkout) -> None:
    """As far as that is known: here the file has another suffix."""
    found = claims(checkout, "`csrc/attention/attention_kernels.cu`")
    assert found is not None
    assert [one.now for one in found.dead] == ["csrc/attention/attention_kernels.cuh"]


def test_a_dead_claim_is_marked_and_said_at_the_foot(checkout: Checkout) -> None:
    """The sign stands behind the words, also in a table, and once for each the foot names it."""
    text = f"# One\n\nThe `{GONE_FILE}` is gone.\n\n| a | b |\n|---|---|\n| `{GONE_CLASS}` | x |\n"
    (checkout.root / "README.md").write_text(text)
    (site,) = resolve_all(checkout, [Ref.parse("README.md")])
    lines = [line.text.plain for line in document(excerpt_of(checkout, site, ()), Sheet(100))]
    assert any(f"`{GONE_FILE}`{DEAD} is gone" in line for line in lines)
    assert any(f"{GONE_CLASS}`{DEAD}" in line for line in lines)
    foot = next(number for number, line in enumerate(lines) if line.startswith(f"{DEAD} 2 of the 2 paths"))
    assert [line.strip() for line in lines[foot + 1 :]] == [GONE_FILE, GONE_CLASS]
    assert Screen(60, True).prose("no claim here")


def test_the_dead_claims_of_a_release(release: Callable[[str], Path]) -> None:
    """All that the documents of one release claim in vain, each looked at by hand."""
    checkout = open_checkout(release("0.13.0"))
    dead = set()
    for path in checkout.files("docs", (".md",)):
        found = claims_of(checkout, path, checkout.read(path).text.split("\n"), 1)
        dead |= {(path, one.text) for one in found.dead} if found else set()
    assert dead == {
        ("docs/design/fused_moe_modular_kernel.md", "CompressedTensorsW8A8Fp8MoECutlassMethod"),
        ("docs/design/paged_attention.md", "csrc/attention/attention_kernels.cu"),
        ("docs/usage/troubleshooting.md", "vllm/worker/model_runner.py"),
    }
