"""docs/benchmarks.md, written by several: the tables of `make bench` first, then sections that others keep in it."""
import os
import re

KEPT = ("## Time within the scheduler", "## Start with 150,000 pods", "## Protobuf and JSON", "## Scale", "## Decisions alone", "## Cost against size", "## The webhook",
        "## The largest pods", "## What was tried and did not help")


def _parts(path):
    """The page cut before every heading of a kept section: {"": the head, heading: its text}."""
    text = ""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as page:
            text = page.read()
    cut = re.split("^(" + "|".join(map(re.escape, KEPT)) + ")$", text, flags=re.MULTILINE)
    return {"": cut[0], **dict(zip(cut[1::2], cut[2::2]))}


def _write(path, parts):
    with open(path, "w", encoding="utf-8") as out:
        out.write("\n".join([parts[""].rstrip() + "\n"] + [f"{title}\n\n{parts[title].strip()}\n" for title in KEPT if title in parts]))


def write_head(path, text):
    _write(path, {**_parts(path), "": text})


def write_section(path, title, text):
    if title not in KEPT:
        raise ValueError(f"{title!r} is none of the sections of {path}: {', '.join(KEPT)}")
    _write(path, {**_parts(path), title: text})
