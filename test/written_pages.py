"""Pages of the documentation that people write by hand, and the sections and tables in them that scripts keep."""
import pathlib


def replace_section(path, title, text):
    """What stands under that heading, until the next one like it, becomes `text`."""
    page = pathlib.Path(path)
    head, found, rest = page.read_text(encoding="utf-8").partition(f"\n{title}\n")
    if not found:
        raise ValueError(f"{path} has no heading {title!r}")
    _, next_heading, tail = rest.partition("\n## ")
    page.write_text(f"{head}{found}\n{text.strip()}\n{next_heading}{tail}", encoding="utf-8")


def table(path, first):
    """The lines of the table that begins with the line `first`."""
    return _cut(path, first)[1]


def replace_table(path, text):
    """The table that begins with the same line as `text` becomes that."""
    head, _, tail = _cut(path, text.partition("\n")[0])
    pathlib.Path(path).write_text("\n".join([*head, *text.strip().split("\n"), *tail]), encoding="utf-8")


def _cut(path, first):
    lines = pathlib.Path(path).read_text(encoding="utf-8").split("\n")
    if first not in lines:
        raise ValueError(f"{path} has no table that begins with {first!r}")
    begin = end = lines.index(first)
    while end < len(lines) and lines[end].startswith("|"):
        end += 1
    return lines[:begin], lines[begin:end], lines[end:]
