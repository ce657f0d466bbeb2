"""What stands between the parentheses of a call: its arguments, and which function and dispatch key one of them means.

Takes blanked code, in which no string and no comment can mislead.
"""

from __future__ import annotations

import re

from reader.pattern import pattern

_GROUP = pattern(r"[()\[\]{}]")
_MARK = pattern(r"[()\[\]{},]|(?<=\w)<|>")
_KEY = pattern(r"(?:::)?(?:\w+::)*(?:k(?=[A-Z])|DispatchKey::)(\w+)\Z")
_BOX = pattern(r"(?:::)?((?:\w+::)*\w+)\s*(?:<.*>)?\s*\((.*)\)\Z", re.S)
_POINTER = pattern(r"(?:::)?(?:\w+::)*makeFrom\w+\s*<\s*&?\s*([\w:]+)\s*>\s*\(\s*\)\Z")
_FUNCTION = pattern(r"(?:::\s*)?[A-Za-z_]\w*(?:\s*::\s*\w+)*(?:\s*<.*>)?\Z", re.S)
_ASIDE = pattern(r"\{|(?:at|c10|torch)::Tag\b")
_LONGEST = 2_000  # characters of a function as it is written

LAMBDA = "lambda"


def closing(code: str, opened: int, limit: int) -> int:
    """The offset of the bracket's partner, `limit` where it has none."""
    depth = 0
    for match in _GROUP.finditer(code, opened, limit):
        depth += 1 if match[0] in "([{" else -1
        if depth == 0:
            return match.start()
    return limit


def split(code: str, begin: int, end: int) -> list[tuple[int, int]]:
    """The offsets of the arguments between the offsets; `<` and `>` count as brackets behind a name."""
    found: list[tuple[int, int]] = []
    depth, start = 0, begin
    for match in _MARK.finditer(code, begin, end):
        mark, at = match[0], match.start()
        if mark == "," and depth == 0:
            found.append((start, at))
            start = at + 1
        elif mark in "([{<":
            depth += 1
        elif mark != ",":
            depth = max(0, depth - 1)
    if code[start:end].strip() or found:
        found.append((start, end))
    return found


def split_call(text: str) -> tuple[str, tuple[str, ...]] | None:
    """`CONCAT(A, _b)` as its name and its arguments."""
    match = _BOX.match(text.strip())
    if match is None:
        return None
    inside = match[2]
    return match[1], tuple(inside[first:last].strip() for first, last in split(inside, 0, len(inside)))


def implementation(given: list[str]) -> tuple[str | None, str | None]:
    """The function and the dispatch key among the arguments behind the name."""
    function = found = None
    for number, code in enumerate(given):
        if _ASIDE.match(code):
            continue
        inner, own = _function(code)
        found = own or found
        if inner is not None and number + 1 < len(given) and function is None and _KEY.match(inner):
            found = inner
        else:
            function = function or inner
    return function, found


def key(text: str) -> str:
    """`CPU` of `torch::kCPU` and of `c10::DispatchKey::CPU`; anything else as it is."""
    match = _KEY.match(text)
    return match[1] if match else text


def _function(code: str) -> tuple[str | None, str | None]:
    """The function that an argument means, and the dispatch key given with it (`torch::dispatch(kCPU, &f)`)."""
    found = None
    text = code[:_LONGEST].lstrip("&").strip()
    while True:
        if text.startswith("["):
            return LAMBDA, found
        pointer = _POINTER.match(text)
        if pointer is not None:
            return pointer[1], found
        box = _BOX.match(text)
        if box is None:
            break
        inside = box[2]
        parts = [inside[first:last].strip() for first, last in split(inside, 0, len(inside))]
        if not parts or not parts[-1]:
            return None, found
        if len(parts) > 1 and _KEY.match(parts[0]):
            found = parts[0]
        text = (parts[1] if len(parts) > 1 and found == parts[0] else parts[0]).lstrip("&").strip()
    return ("".join(text.split()) if _FUNCTION.match(text) else None), found
