"""Lines on logarithmic axes, as SVG that is read on light and on dark ground. Nothing but text is needed to write it."""
import math
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 760, 430
LEFT, RIGHT, TOP, BOTTOM = 70, 210, 44, 52
LABEL_GAP = 14  # between two names beside the ends of their lines
COLORS = ("#3b82c4", "#d9822b", "#3a9d5d", "#b5548f", "#8b6fc9", "#b08d2e", "#5f9ea0", "#c05050")
STYLE = """text{font:12px sans-serif;fill:#333}.title{font-size:14px;font-weight:bold}.grid{stroke:#999;stroke-opacity:.3}
@media(prefers-color-scheme:dark){text{fill:#ddd}}"""


@dataclass
class Line:
    name: str
    points: list  # (x, y), both positive
    color: int = 0
    dashed: bool = False


class Axis:
    """From the power of ten below the least to the one above the most; `begin` and `end` are where they lie on the picture."""

    def __init__(self, values, begin, end):
        self.low, self.high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        self.high = max(self.high, self.low + 1)
        self.begin, self.end = begin, end

    def place(self, value):
        return self.begin + (self.end - self.begin) * (math.log10(value) - self.low) / (self.high - self.low)

    def ticks(self):
        return [10.0**power for power in range(self.low, self.high + 1)]


def spread(wanted, gap):
    """Places at least `gap` apart, in the same order, near to those that are wanted."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    places = [0.0] * len(wanted)
    for position, i in enumerate(order):
        places[i] = wanted[i] if position == 0 else max(wanted[i], places[order[position - 1]] + gap)
    return places


def number(value):
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def text(x, y, words, anchor="start", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(words)}</text>'


def draw(title, x_title, y_title, lines):
    xs = Axis([x for line in lines for x, _ in line.points], LEFT, WIDTH - RIGHT)
    ys = Axis([y for line in lines for _, y in line.points], HEIGHT - BOTTOM, TOP)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">',
             f"<style>{STYLE}</style>", text(LEFT, 22, title, more=' class="title"')]
    for tick in xs.ticks():
        x = xs.place(tick)
        parts += [f'<path class="grid" d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"/>', text(x, HEIGHT - BOTTOM + 18, number(tick), "middle")]
    for tick in ys.ticks():
        y = ys.place(tick)
        parts += [f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>', text(LEFT - 8, y + 4, number(tick), "end")]
    parts += [text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, x_title, "middle"),
              text(16, (TOP + HEIGHT - BOTTOM) / 2, y_title, "middle", f' transform="rotate(-90 16 {(TOP + HEIGHT - BOTTOM) / 2:.1f})"')]
    ends = spread([ys.place(line.points[-1][1]) for line in lines], LABEL_GAP)
    for line, end in zip(lines, ends):
        places = [(xs.place(x), ys.place(y)) for x, y in line.points]
        color = COLORS[line.color % len(COLORS)]
        dashes = ' stroke-dasharray="6 4"' if line.dashed else ""
        parts.append(f'<path fill="none" stroke="{color}" stroke-width="2"{dashes} d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in places)}"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in places]
        last_x, last_y = places[-1]
        parts.append(f'<path stroke="{color}" stroke-opacity=".5" d="M{last_x + 4:.1f} {last_y:.1f}L{WIDTH - RIGHT + 14} {end:.1f}"/>')
        parts.append(text(WIDTH - RIGHT + 18, end + 4, line.name))
    return "\n".join(parts) + "\n</svg>\n"
