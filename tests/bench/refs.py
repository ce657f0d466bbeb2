"""The hand-checked refs on the releases that the test suite leaves out.

    python tests/bench/refs.py /directory/with/vllm-<release> [RELEASE...]

Prints every row that differs; exits 1 when one does.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from test_resolve import TABLE, complaints

from reader.checkout import open_checkout


def main(releases: Path, wanted: list[str]) -> int:
    failed = 0
    for version in wanted or list(TABLE):
        wrong = complaints(open_checkout(releases / f"vllm-{version}"), version)
        failed += len(wrong)
        print(f"{version:8} {len(TABLE[version]) - len(wrong)} of {len(TABLE[version])} as told", *wrong, sep="\n  ")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
