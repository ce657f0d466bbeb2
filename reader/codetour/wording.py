"""A step of a stranger's in our words: with what its author has the editor do, which stays undone."""

from __future__ import annotations

import re

from reader.codetour.lifting import Lifted
from reader.codetour.parsing import GivenStep
from reader.excerpt import visible_line
from reader.value import frozen


@frozen
class Step:
    """One of theirs, in our words. `lifted` is None where it has no place."""

    number: int
    title: str
    named: bool  # by its author, not by us
    text: str
    lifted: Lifted | None


def headed(step: Step) -> str:
    return f"**{step.title.replace('*', '∗')}**\n\n{step.text}".strip() if step.named else step.text


def named(lifted: Lifted | None, step: GivenStep) -> str:
    if lifted is not None:
        ref = lifted.ref
        return ref.symbol or ref.path.rstrip("/").rpartition("/")[2] + "/" * ref.is_directory
    return step.view or f"Step {step.number}"


def was(step: GivenStep) -> str:
    """Where a step that has no place was to stand."""
    where = step.uri or step.file or step.directory or ""
    if re.fullmatch(r"https?://[^\s()<>]+", where):
        return f"About [{where}]({where})."
    if step.line:
        where += f", line {step.line}"
    elif step.pattern:
        where += f", pattern {step.pattern[:200]}"
    return f"It is about `{as_code(where)}`."


def all_of(step: GivenStep, text: str) -> str:
    """With what its author has the editor do, which stays undone."""
    parts = [text]
    if step.view and not step.file and not step.directory:
        parts.append(f"In the editor this step shows the view `{as_code(step.view)}`.")
    if step.commands:
        listed = ", ".join(f"`{as_code(command)}`" for command in step.commands[:20])
        parts.append(f"In the editor this step runs commands: {listed}.")
    return "\n\n".join(filter(None, parts))


def as_code(text: str) -> str:
    return visible_line(text).replace("`", "'")[:500]
