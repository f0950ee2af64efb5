"""The pictures of docs/benchmarks.md, drawn from the figures that are kept beside them in docs/benchmarks/."""
import json
import os

from benchmark import page, svg

TITLE = "## Cost against size"
# Of the sixteen workloads, those that show a kind of cost each: more lines could not be told apart.
SHOWN = ("basic", "spreading", "pod affinity", "distinct", "mixed")


def folder_of(page_path):
    """docs/benchmarks.md -> docs/benchmarks"""
    return os.path.splitext(page_path)[0]


def keep(page_path, name, rows):
    """Figures of a run, a dictionary for each row of its table; then draws what there is."""
    os.makedirs(folder_of(page_path), exist_ok=True)
    with open(os.path.join(folder_of(page_path), name + ".json"), "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n")
    redraw(page_path)


def kept(page_path, name):
    path = os.path.join(folder_of(page_path), name + ".json")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def decision_lines(rows):
    lines = []
    for color, workload in enumerate(SHOWN):
        mine = sorted((row for row in rows if row["workload"] == workload), key=lambda row: row["nodes"])
        for field, who in (("kube_scheduler_us", "kube-scheduler"), ("berth_us", "berth")):
            points = [(row["nodes"], row[field]) for row in mine if row.get(field)]
            if points:
                lines.append(svg.Line(f"{who}, {workload}", points, color, dashed=field != "berth_us"))
    return lines


def scale_lines(rows, x, y, name):
    """Of the clusters that are alike but for their size."""
    points = sorted((row[x], row[y]) for row in rows if row["placed"] == 10 * row["nodes"])
    return [svg.Line(name, points)] if points else []


def redraw(page_path):
    """Writes the pictures for which there are figures, and the section that shows them."""
    decisions, scale = kept(page_path, "decisions"), kept(page_path, "scale")
    pictures = (
        ("decisions", "Median time of a decision", "nodes", "µs", decision_lines(decisions),
         "The time of a decision against nodes, of five workloads: berth, and dashed kube-scheduler, which looks at fewer nodes the more there are"),
        ("scale-decision", "Mean time of a decision, ten placed pods on each node", "nodes", "µs", scale_lines(scale, "nodes", "algorithm_us", "berth"),
         "The time of a decision against nodes, from `make bench-scale`"),
        ("scale-memory", "Most memory of berth, ten placed pods on each node", "placed pods", "MiB", scale_lines(scale, "placed", "memory_mib", "berth"),
         "Memory against placed pods, from `make bench-scale`"),
    )
    shown = []
    for name, title, x_title, y_title, lines, words in pictures:
        if lines:
            with open(os.path.join(folder_of(page_path), name + ".svg"), "w", encoding="utf-8") as file:
                file.write(svg.draw(title, x_title, y_title, lines))
            shown.append(f"![{words}]({os.path.basename(folder_of(page_path))}/{name}.svg)")
    if shown:
        page.write_section(page_path, TITLE, "Both axes are logarithmic. The figures lie beside the pictures, and `make bench-plots` draws them anew.\n\n" +
                           "\n\n".join(shown) + "\n")
