"""One checkout of vLLM: where it is, of which release, and safe reading of its files.

Every path is relative to the root, with forward slashes. Nothing outside the root is ever read, also not through a
symbolic link, and nothing is written or run here except `git describe` and `git ls-files` in a clone.
"""
