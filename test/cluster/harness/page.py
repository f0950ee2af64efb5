"""A page of the documentation as what it tells a reader to type, and what it says that he will see.

    ```console             `$ command` lines, each followed by the output expected of it. A command goes on in the lines that
                           begin with `> `, and in the line after a backslash.
    ```console in-memory   only on the in-memory API server
    ```console real        only on a real one
    ```log                 what the command last started in the background (`... &`) has printed by now: these lines, in this
                           order, whatever stands between them

Every other block is for the eye."""
import dataclasses
import re

FENCE = re.compile(r"^( *)(`{3,})\s*(.*?)\s*$")
BLOCKS = {"console": None, "console in-memory": "in-memory", "console real": "real", "log": None}


class BadPage(Exception):
    """A page that cannot be run as it is written, with its line."""


@dataclasses.dataclass
class Step:
    line: int  # of the command, or of the block's fence
    command: str  # empty: the output of what runs in the background
    expected: list
    only: str | None = None


def runs_in_memory(text):
    return re.search(r"^ *```+console in-memory\s*$", text, re.MULTILINE) is not None


def steps(text, path, where):
    """The steps of a page for `where`: "in-memory" or "real"."""
    found = [step for step in _all(text.splitlines(), path) if step.only in (None, where)]
    if not any(step.command for step in found):
        raise BadPage(f"{path}: has no command to run")
    return found


def _all(lines, path):
    fence = block = None
    for number, text in enumerate(lines, 1):
        mark = FENCE.match(text)
        if fence is None and mark:
            fence, indent, kind = mark[2], len(mark[1]), mark[3]
            if kind.split(" ")[0] in ("console", "log") and kind not in BLOCKS:
                raise BadPage(f"{path}:{number}: a block is one of {', '.join(BLOCKS)}, not {kind!r}")
            block = (kind, number, []) if kind in BLOCKS else None
        elif mark and mark[2] == fence and not mark[3]:
            if block:
                yield from _block(*block, path)
            fence = block = None
        elif block:
            block[2].append((number, text[min(indent, len(text) - len(text.lstrip())):]))
    if fence:
        raise BadPage(f"{path}: a block is not closed")


def _block(kind, opened, lines, path):
    if kind == "log":
        yield Step(opened, "", [text for _, text in lines])
        return
    step = None
    for number, text in lines:
        if text.startswith("$ "):
            if step:
                yield step
            step = Step(number, text[2:], [], BLOCKS[kind])
        elif step is None:
            raise BadPage(f"{path}:{number}: output without a command before it; a command begins with '$ '")
        elif not step.expected and (text.startswith("> ") or step.command.endswith("\\")):
            step.command += "\n" + text.removeprefix("> ")
        else:
            step.expected.append(text)
    if step:
        yield step
