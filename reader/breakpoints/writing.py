"""Breakpoints as a debugger takes them: commands for pdb, and a launch configuration for VS Code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

from reader.breakpoints import VARIABLE, Breakpoints, Point
from reader.excerpt import visible_line

_WIDTH = 98  # columns of a comment's words
_OUTSIDE_PDB = (",", ";;", "\n", "\r")  # what pdb would take for a condition or another command


def pdbrc(found: Breakpoints, root: Path | None) -> str:
    """Text of a .pdbrc. With a `root`, paths are absolute; else as Python finds them on its path."""
    lines = [*_comments(_head(found), "#"), *_comments(_where(found, root), "#"), *_comments(_engine(found), "#")]
    for point in found.points:
        place = _place(point, root)
        lines += ["", f"# {point.number}. {visible_line(point.title)}"]
        if any(sign in place for sign in _OUTSIDE_PDB):
            lines.append(f"# left out: pdb cannot read the path {visible_line(place)}")
        else:
            lines.append(f"break {place}")
    return "\n".join([*lines, *_left_out(found, "#")]) + "\n"


def launch(found: Breakpoints, root: Path | None) -> str:
    """A launch.json, which may have comments. Breakpoints themselves VS Code keeps elsewhere, and takes from nobody:
    they are listed."""
    configuration: dict[str, object] = {
        "name": f"{visible_line(found.tour.title)} ({found.release})",
        "type": "debugpy",
        "request": "launch",
        "program": "${file}",
        "console": "integratedTerminal",
        "justMyCode": False,
    }
    if found.engine is not None:
        configuration["env"] = {VARIABLE: "0"}
    text = json.dumps({"version": "0.2.0", "configurations": [configuration]}, indent=4, ensure_ascii=False)
    lines = [*_comments(_head(found), "//"), *_comments(_engine(found), "//"), "//"]
    told = "VS Code takes no breakpoints from a file: open each place (code --goto PATH:LINE) and press F9."
    lines += _comments(told, "//")
    for point in found.points:
        place = visible_line(_place(point, root))
        lines += [f"//   {place}  {point.number}. {visible_line(point.title)}"]
    return "\n".join([*lines, *_left_out(found, "//"), text]) + "\n"


def _place(point: Point, root: Path | None) -> str:
    return f"{root / point.path if root else point.path}:{point.line}"


def _head(found: Breakpoints) -> str:
    release = found.release if found.release != "unknown" else "a checkout of unknown release"
    return f"{visible_line(found.tour.title)}: {len(found.points)} breakpoints, by the lines of {release}."


def _where(found: Breakpoints, root: Path | None) -> str:
    if root is not None:
        what = "vLLM" if found.engine is not None else "project"
        return (
            f"The files are those of {visible_line(str(root))}: run that code. For a {what} of the same release that "
            "is installed elsewhere, write them with --installed."
        )
    return f"The files are looked for on Python's path: run an installed {found.release}, whose lines these are."


def _engine(found: Breakpoints) -> str:
    if found.engine is None:
        return ""
    if found.engine.reads is None:
        return (
            f"This checkout's LLMEngine does not ask for {VARIABLE}: find out yourself in which process its engine "
            "runs; a breakpoint counts only in the process of the debugger."
        )
    server = f" ({found.engine.server})" if found.engine.server else ""
    return (
        "`LLM` runs the engine core, and with it the scheduler and the worker, in a process of its own, where the "
        f"debugger is not: breakpoints there do nothing. {VARIABLE}=0 keeps it in this one ({found.engine.reads}); set "
        "it before vLLM starts. It does so for `LLM` and `LLMEngine` only: the API server and `AsyncLLM` always start "
        f"a process{server}. With several GPUs each worker still has its own. What torch.compile has taken over, like "
        "a model's forward, is run line by line with enforce_eager=True."
    )


def _left_out(found: Breakpoints, sign: str) -> Iterator[str]:
    if found.left_out:
        yield from ("", f"{sign} Left out:")
    for one in found.left_out:
        yield f"{sign}   {one.number}. {visible_line(one.title)}: {visible_line(one.why)}"


def _comments(text: str, sign: str) -> list[str]:
    return [f"{sign} {line}" for line in wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)]
