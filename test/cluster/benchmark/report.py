"""The tables, as Markdown: what is printed and what docs/benchmarks.md keeps."""
import datetime
import os
from statistics import median

from benchmark.goals import figure, middle

HEAD = """# Benchmarks

Written by `make bench` and its like; do not edit.

{date}, {cpu} ({cores} cores, shared by everything below), {memory:.0f} GiB. {versions}.

One run: a real etcd (`--unsafe-no-fsync`) and kube-apiserver, bare nodes, no kubelets and no controllers. For each contender in turn
the pods are created first, then it is started; an observer with a watch of its own times the bindings. The contenders take turns
(A B C A B C), on the same control plane, as the same user (`system:kube-scheduler`, so the same fair-queuing level), with the same
configuration file (default plugins, `clientConnection` {qps} requests per second for all, never reached), each writing one
`Scheduled` event per pod. After every run it is checked that every pod was bound once, by the API server's audit log, and
that no node holds more than its allocatable. The workloads are those of [decisions alone](#decisions-alone). Of *fits nowhere* the
refusals are counted; the victims of *preemption* have no grace period, as no kubelet is there that would end them, and its rate
begins with the first refusal.

- *pods/s*: bindings per second, from the first to the last. *of basic*: its share of the same contender's rate where pods ask for
  nothing but CPU and memory. *with events*: pods per second from the first binding until each pod has its event too.
- *first*: seconds from the start of the process to the first binding.
- *CPU*: user and system milliseconds of the process per 1,000 pods, from the first binding to the last event. *server CPU*:
  kube-apiserver's, meanwhile, the observer's watch included.
- *memory*: the most that was resident (VmHWM).
- *algorithm*: the mean of `scheduler_scheduling_algorithm_duration_seconds` as each serves it. berth examines every node;
  kube-scheduler, by default, stops at 42 % of 1,000 nodes and 10 % of 5,000.
- The null scheduler binds to a random node, 64 bindings and 8 events in flight (Go, client-go, protobuf): it decides nothing.
  It shows what this API server gives to a scheduler that costs nothing, not an upper bound: fewer requests at a time cost the
  server less each.

Medians of the rounds, and the range where there is more than one.
"""


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        cpu = next((line.split(":", 1)[1].strip() for line in info if line.startswith("model name")), "unknown CPU")
    return {"cpu": cpu, "cores": os.cpu_count(), "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3,
            "date": datetime.date.today().isoformat()}


def span(values, digits=1):
    text = f"{median(values):,.{digits}f}"
    if len(values) > 1:
        text += f" ({min(values):,.{digits}f}–{max(values):,.{digits}f})"
    return text


def table(nodes, measured):
    """The workloads on so many nodes: (workload, its figures: contender -> rounds)."""
    basic = next((figures for workload, figures in measured if workload.name == "basic"), {})
    lines = [f"## {nodes:,} nodes", "",
             "| workload | pods | | pods/s | of basic | with events, pods/s | first, s | CPU, ms | server CPU, ms | memory, MiB | algorithm, µs |",
             "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for workload, figures in measured:
        for contender, runs in figures.items():
            lines.append("| " + " | ".join([workload.name, f"{workload.pods:,}", contender, *row(runs, basic.get(contender))]) + " |")
    lines += ["", "berth to kube-scheduler:", "", "| workload | pods/s | CPU | server CPU | memory | algorithm |",
              "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for workload, figures in measured:
        if {"berth", "kube-scheduler"} <= figures.keys():
            lines.append(f"| {workload.name} | " + " | ".join(comparison(figures["berth"], figures["kube-scheduler"])) + " |")
    return "\n".join(lines) + "\n"


def row(runs, basic):
    algorithm = [one.algorithm_us for one in runs if one.algorithm_us is not None]
    rate = middle(runs, "rate")
    return [span([one.rate for one in runs], 0), f"{rate / middle(basic, 'rate'):.0%}" if basic else "",
            span([one.told_rate for one in runs], 0), span([one.first_s for one in runs]), span([one.cpu_ms for one in runs], 0),
            span([one.server_cpu_ms for one in runs], 0), span([one.memory_mib for one in runs]), span(algorithm) if algorithm else ""]


def comparison(ours, theirs):
    """How berth's figures stand to the other's."""
    cells = []
    for field, form in (("rate", "{:.2f}"), ("cpu_ms", "{:.3f}"), ("server_cpu_ms", "{:.2f}"), ("memory_mib", "{:.2f}"), ("algorithm_us", "{:.4f}")):
        mine, other = middle(ours, field), middle(theirs, field)
        cells.append(form.format(mine / other) if mine is not None and other else "")
    return cells


def goals_table(goals):
    lines = ["| goal | measured | asked | |", "| --- | ---: | ---: | --- |"]
    for goal in goals:
        asked = f"≤ {figure(goal.at_most)}" if goal.at_most != float("inf") else f"≥ {figure(goal.at_least)}"
        unit = f" {goal.unit}" if goal.unit else ""
        lines.append(f"| {goal.what} | {figure(goal.measured)}{unit} | {asked}{unit} | {'holds' if goal.holds else '**missed**'} |")
    return "\n".join(lines) + "\n"


def document(versions, qps, measured, goals):
    """The head of the page: how it was measured, a table for each number of nodes, and the goals."""
    sizes = sorted({workload.nodes for workload, _ in measured})
    tables = [table(size, [one for one in measured if one[0].nodes == size]) for size in sizes]
    tables.append("## What was asked, and what holds\n\n" + goals_table(goals))
    return HEAD.format(versions=versions, qps=f"{qps:,}", **machine()) + "\n" + "\n".join(tables)
