"""What a typed name may mean: its parts, and which qualified names it fits."""

from __future__ import annotations

import re
from functools import cached_property

from reader.errors import BadRef

_SPLIT = re.compile(r"::|\.(?=\w)")
_ARGUMENTS = re.compile(r"<.*")


class Asked:
    """Dotted parts or C++ scopes, the last of them the definition's own name; what stands before may reach into the
    module's path. In lower case throughout it fits any case."""

    def __init__(self, name: str) -> None:
        self.name = name.strip()
        if not self.name.endswith("operator()"):
            self.name = self.name.removesuffix("()")
        self.any_case = self.name == self.name.lower()
        self.parts = tuple(_SPLIT.split(self.name.lstrip(":.")))
        if "/" in name:
            raise BadRef(name, "find takes a name, without a path; `reader where` takes a ref")
        if not all(self.parts) or any(mark in part for part in self.parts for mark in " .:"):
            raise BadRef(name, "find takes a name such as step, LLMEngine.step or vllm::paged_attention_kernel")

    @cached_property
    def raw(self) -> bytes:
        """What any file with such a definition holds, in lower case where any case fits."""
        return self.parts[-1].encode()

    def searched(self, data: bytes) -> bytes:
        return data.lower() if self.any_case else data

    def pattern(self, *, whole: bool) -> re.Pattern[bytes]:
        return re.compile(re.escape(self.raw) + (rb"(?!\w)" if whole else rb"\w+"))

    def fits(self, symbol: str, path: str, *, whole: bool) -> bool:
        """Not `whole`: the last part may be the beginning of the name."""
        full = parts_of(symbol)
        if len(self.parts) > len(full):
            full = (*_module(path), *full)
        tail = [self._folded(part) for part in full[-len(self.parts) :]]
        if len(tail) < len(self.parts) or tail[:-1] != list(self.parts[:-1]):
            return False
        return tail[-1] == self.parts[-1] if whole else tail[-1].startswith(self.parts[-1])

    def same_case(self, symbol: str) -> bool:
        own = parts_of(symbol)[-len(self.parts) :]
        return own == self.parts[-len(own) :]

    def _folded(self, part: str) -> str:
        return part.lower() if self.any_case else part


def parts_of(symbol: str) -> tuple[str, ...]:
    """Without template arguments: `Vec<float, 1>` is found by `Vec`."""
    return tuple(_ARGUMENTS.sub("", part).strip() or part for part in _SPLIT.split(symbol))


def _module(path: str) -> tuple[str, ...]:
    parts = path.rpartition(".")[0].split("/")
    return tuple(parts[:-1] if parts[-1] == "__init__" else parts)
