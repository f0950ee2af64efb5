"""The tables, as Markdown: what is printed and what docs/benchmarks.md keeps."""
import datetime
import os
from statistics import median

HEAD = """# Benchmarks

Written by `make bench`; do not edit.

{date}, {cpu} ({cores} cores, shared by everything below), {memory:.0f} GiB. {versions}.

One run: a real etcd (`--unsafe-no-fsync`) and kube-apiserver, bare nodes, no kubelets. For each contender in turn the pods are
created first, then it is started; an observer with a watch of its own times the bindings. The contenders take turns, round by
round, on the same control plane, as the same user (`system:kube-scheduler`, so the same fair-queuing level), with the same
configuration file (default plugins, `clientConnection` {qps} requests per second for all, never reached), each writing one
`Scheduled` event per pod. After every run it is checked that every pod was bound once, by the API server's audit log, and
that no node holds more than its allocatable.

- *pods/s*: bindings per second, from the first to the last. *of null*: its share of the null scheduler's rate. *with events*:
  pods per second from the first binding until each pod has its event too.
- *CPU*: user and system seconds of the process from its start to the last event, start-up and lists included. *server CPU*:
  kube-apiserver's, meanwhile.
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
    text = f"{median(values):.{digits}f}"
    if len(values) > 1:
        text += f" ({min(values):.{digits}f}–{max(values):.{digits}f})"
    return text


def table(workload, figures):
    """`figures`: contender -> its rounds."""
    null = median(one.rate for one in figures["null"]) if "null" in figures else None
    rounds = max(len(each) for each in figures.values())
    lines = [f"## {workload.pods:,} pods, {workload.title}; {rounds} round{'s' if rounds > 1 else ''}", "",
             "| | pods/s | of null | with events, pods/s | first binding, s | CPU, s | server CPU, s | memory, MiB | algorithm, µs |",
             "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for contender, runs in figures.items():
        rate = [one.rate for one in runs]
        algorithm = [one.algorithm_us for one in runs if one.algorithm_us is not None]
        lines.append(
            f"| {contender} | {span(rate, 0)} | {f'{median(rate) / null:.0%}' if null else ''} | "
            f"{span([one.told_rate for one in runs], 0)} | {span([one.first_s for one in runs])} | {span([one.cpu_s for one in runs])} | "
            f"{span([one.server_cpu_s for one in runs])} | {span([one.memory_mib for one in runs])} | "
            f"{span(algorithm) if algorithm else ''} |")
    if {"berth", "kube-scheduler"} <= figures.keys():
        lines += ["", "berth to kube-scheduler: " + comparison(figures["berth"], figures["kube-scheduler"]) + "."]
    return "\n".join(lines) + "\n"


def comparison(ours, theirs):
    def ratio(field):
        return median(getattr(one, field) for one in ours) / median(getattr(one, field) for one in theirs)

    return (f"{ratio('rate'):.2f} times the rate, {ratio('cpu_s'):.3f} of the CPU, {ratio('memory_mib'):.2f} of the memory, "
            f"{ratio('algorithm_us'):.4f} of the time to decide (1 : {1 / ratio('algorithm_us'):.0f})")


def document(versions, qps, tables):
    return HEAD.format(versions=versions, qps=f"{qps:,}", **machine()) + "\n" + "\n".join(tables)
