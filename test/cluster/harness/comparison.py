"""Whether a command printed what a page says it prints.

Line by line. What differs from run to run counts as equal: the number of spaces, ages, clock times, the random parts of names
of pods and ReplicaSets, uids, IP addresses, and the head of a log line. A line `...` stands for any number of lines."""
import re

# In the alphabet that Kubernetes draws from, which has no vowels; a template's hash is digits in eleven of its letters.
RANDOM = "[bcdfghjklmnpqrstvwxz2456789]"
HASH = f"(?:[456789bcdf]{{7,10}}|{RANDOM}{{8,10}})"
DAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )"
MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"

RULES = [(re.compile(pattern), instead) for pattern, instead in (
    (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "UID"),
    # The head of a klog line: time and process, and the place in the source, which is not the same in a port.
    (r"\b([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ \S+:\d+\]", r"\1 TIME]"),
    (DAY + r"\d\d? " + MONTH + r" \d{4} \d\d:\d\d:\d\d [+-]\d{4}", "TIME"),
    (r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| ?[+-]\d\d:?\d\d)?", "TIME"),
    (r"\b\d\d:\d\d:\d\d(\.\d+)?\b", "TIME"),
    (r"\b\d{1,3}(\.\d{1,3}){3}\b", "IP"),
    (rf"-{HASH}(-{RANDOM}{{5}})?(?![\w-])", "-RANDOM"),
    (rf"-{RANDOM}{{5}}(?![\w-])", "-RANDOM"),
    (r"(?<![\w.-])(\d+h)?(\d+m)?\d+(\.\d+)?( ?(ms|us|µs|ns)|s)(?!\w|\.\d)", "AGE"),
    # As kubectl writes ages: 180m and more is none, and what is quoted or follows "=" is a quantity.
    (r"(?<![\w.=:\"-])(\d+y(\d+d)?|\d+d(\d+h)?|\d+h(\d+m)?|(\d\d?|1[0-7]\d)m|<invalid>)(?![\w\"]|\.\d)", "AGE"),
)]


def normalized(line):
    line = " ".join(line.split())
    for pattern, instead in RULES:
        line = pattern.sub(instead, line)
    return line


def difference(expected, got):
    """None where the lines agree; else what is wrong, in one sentence. `expected` may hold lines `...`."""
    expected, got = _trimmed(expected), _trimmed(got)
    pieces = _pieces(expected)
    at = 0
    for index, piece in enumerate(pieces):
        first, last = index == 0, index == len(pieces) - 1
        here = _find(piece, got, at, anchored_start=first, anchored_end=last)
        if here is None:
            return _sentence(piece, got, at, first)
        at = here + len(piece)
    return None


def missing_in_order(expected, got):
    """None where every expected line is among `got`, in this order; else the first that is not."""
    rest = iter([normalized(line) for line in got])
    for line in _trimmed(expected):
        if line not in rest:
            return f"not there, or not after the lines before it: {line!r}"
    return None


def _trimmed(lines):
    lines = [normalized(line) for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _pieces(expected):
    """The runs of lines between the lines `...`; the first and the last may be empty."""
    pieces = [[]]
    for line in expected:
        if line == "...":
            pieces.append([])
        else:
            pieces[-1].append(line)
    return pieces


def _find(piece, got, at, anchored_start, anchored_end):
    if anchored_start and anchored_end:
        return at if piece == got[at:] else None
    if anchored_start:
        return at if got[at:at + len(piece)] == piece else None
    if anchored_end:
        end = len(got) - len(piece)
        return end if end >= at and got[end:] == piece else None
    return next((here for here in range(at, len(got) - len(piece) + 1) if got[here:here + len(piece)] == piece), None)


def _sentence(piece, got, at, anchored_start):
    if not anchored_start:
        lost = next((line for line in piece if line not in got[at:]), None)
        return f"no line is {lost!r}" if lost is not None else f"no such lines, one after another, as {piece}"
    for line, other in zip(piece, got[at:]):
        if line != other:
            return f"{line!r} is not {other!r}"
    if len(piece) > len(got) - at:
        return f"nothing after {len(got) - at} lines, where {piece[len(got) - at]!r} is expected"
    return f"more than expected, from {got[at + len(piece)]!r}"
