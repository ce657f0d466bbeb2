"""What class a value of a module is of: the only jedi, and the only rung that guesses a type.

`MULTIMODAL_REGISTRY.create_processor` names a method, but nothing in the file that binds the value says where it is
written. jedi follows the call that made the value, reading sources only; it neither imports vLLM nor keeps a cache.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory


def class_of(root: Path, path: str, text: str, name: str, line: int) -> tuple[str, str] | None:
    """Path and qualified name of the class of `name`, bound at `line`; None unless jedi knows exactly one in `root`."""
    import jedi  # 140 ms, for the few refs that end in the member of a value

    column = text.split("\n")[line - 1].find(name)
    if column < 0:
        return None
    with TemporaryDirectory() as cache:
        jedi.settings.cache_directory = cache  # else ~/.cache/jedi grows by what is read once
        project = jedi.Project(root, sys_path=[str(root)], smart_sys_path=False, load_unsafe_extensions=False)
        script = jedi.Script(text, path=root / path, project=project, environment=jedi.InterpreterEnvironment())
        try:
            inferred = script.infer(line, column)
        except Exception:  # whatever jedi's own bugs raise; a ref that it cannot follow is gone, as if it was not asked
            return None
    places = {place for one in inferred if (place := _place(root, one))}
    return places.pop() if len(places) == len(inferred) == 1 else None


def _place(root: Path, name: object) -> tuple[str, str] | None:
    file, full = getattr(name, "module_path", None), getattr(name, "full_name", None)
    module = getattr(name, "module_name", None)
    if getattr(name, "type", None) != "instance" or not file or not full or not module:
        return None
    if not Path(file).is_relative_to(root) or not full.startswith(f"{module}."):
        return None
    return Path(file).relative_to(root).as_posix(), full.removeprefix(f"{module}.")
