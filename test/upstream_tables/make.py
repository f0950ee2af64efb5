#!/usr/bin/env python3
"""Writes the tables of upstream's plugin tests as JSON, one row a line: what the twins in test/scoring/plugins read.

    test/upstream_tables/make.py            # needs Go and the modules of test/cluster/kubernetes

The tests of k8s.io/kubernetes are run as they are, with a call at the head of each loop over a table that writes the row.
"""
import json, os, re, subprocess, sys, tempfile
from pathlib import Path

from forms import named, without_noise
import binder_tables
import node_tables
import storage_tables

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MODULE = "k8s.io/kubernetes"
FOLDER = "pkg/scheduler/framework/plugins"

SPREAD_STATE = """
func dumpedHere(value any) any {
	if s, ok := value.(*preFilterState); ok && s != nil {
		var least []int
		for _, p := range s.CriticalPaths {
			least = append(least, p[0].MatchNum)
		}
		return map[string]any{"counts": s.TpValueToMatchNum, "least": least}
	}
	if s, ok := value.(*preScoreState); ok && s != nil {
		return map[string]any{"counts": s.TopologyValueToPodCounts, "weights": s.TopologyNormalizingWeight, "ignored": s.IgnoredNodes.UnsortedList()}
	}
	return nil
}
"""
AFFINITY_STATE = """
func dumpedHere(value any) any {
	if m, ok := value.(topologyToMatchedTermCount); ok {
		out := map[string]int64{}
		for pair, n := range m {
			out[pair.key+"="+pair.value] = n
		}
		return out
	}
	return nil
}
"""
PLAN = """
func dumpedHere(value any) any {
	one := func(b *BindingInfo) any { return map[string]any{"pvc": b.pvc, "pv": b.pv} }
	if b, ok := value.(*BindingInfo); ok && b != nil {
		return one(b)
	}
	if list, ok := value.([]*BindingInfo); ok && list != nil {
		out := []any{}
		for _, b := range list {
			out = append(out, one(b))
		}
		return out
	}
	if list, ok := value.([]*DynamicProvision); ok && list != nil {
		out := []any{}
		for _, p := range list {
			capacity := ""
			if p.NodeCapacity != nil {
				capacity = p.NodeCapacity.Name
			}
			out = append(out, map[string]any{"pvc": p.PVC, "capacity": capacity})
		}
		return out
	}
	return nil
}
"""
NO_STATE = "func dumpedHere(value any) any { return nil }\n"
PACKAGES = {"podtopologyspread": SPREAD_STATE, "interpodaffinity": AFFINITY_STATE}
STATES = {**PACKAGES, "volumebinding": PLAN}


def with_dumps(text, more_loops):
    table, out = "", []
    for line in text.splitlines():
        if m := re.match(r"func ([Tt]est\w+)\(t\w* ", line):
            table = m.group(1)
        out.append(line)
        if m := re.match(r"\t+for (\w+), (\w+) := range (?:\w*[tT]ests|test[cC]ases" + more_loops + r") \{", line):
            name = m.group(1) if m.group(1) not in ("_", "i") else '""'
            beside = {**storage_tables.EXTRA, **binder_tables.EXTRA}.get(table, "")
            out.append(f'dumpRow("{table}", {name}, {m.group(2)}{", " + beside if beside else ""})')
    return "\n".join(out) + "\n"


NODE = ("metadata", "spec")
TEAMS = [("subteam1.team1", "team1"), ("subteam2.team1", "team1"), ("subteam1.team2", "team2"), ("subteam2.team2", "team2")]
NAMESPACES = [{"kind": "Namespace", "metadata": {"name": n, "labels": {"team": t}}} for n, t in TEAMS]


def node_of(node):
    return node and without_noise({k: node[k] for k in NODE if k in node})


def object_of(o, i):
    o = without_noise(o)
    selector = o.get("spec", {}).get("selector") or {}
    o["kind"] = "ReplicaSet" if any(k in selector for k in ("matchLabels", "matchExpressions")) else "Service"
    o.setdefault("metadata", {}).setdefault("name", f"object-{i}")
    return {k: o[k] for k in ("kind", "metadata", "spec") if k in o}


def same_form(row):
    """One form for all tables: the same things under the same names."""
    pods = lambda key, prefix: [named(p, f"{prefix}{i}") for i, p in enumerate(row.get(key) or [])]
    first = lambda *keys: next((row[k] for k in keys if row.get(k) is not None), None)
    out = {"table": row["table"], "name": row["name"]}
    out["pod"] = named(first("pod", "preemptor", "pendingPod") or {}, "pod")
    out["placed"] = pods("existingPods", "placed-") or pods("pods", "placed-")
    nodes = row.get("nodes") or ([row["node"]] if row.get("node") else [])
    out["nodes"] = [node_of(n) for n in nodes]
    out["failed_nodes"] = [node_of(n) for n in row.get("failedNodes") or []]
    out["objects"] = [object_of(o, i) for i, o in enumerate(row.get("objs") or [])]
    if "pods" in row or row["table"].startswith("TestPreferred"):
        out["objects"] += NAMESPACES
    out["added"] = named(row.get("addedPod"), "added")
    if "deletedPodIdx" in row:
        index = row["deletedPodIdx"]
        out["removed"] = named(row["deletedPod"], "removed") if row.get("deletedPod") else \
            out["placed"][index] if index < len(out["placed"]) else None
    if "nodeIdx" in row:
        out["at"] = nodes[row["nodeIdx"]]["metadata"]["name"]
    for before, after in (("oldPod", "old_pod"), ("newPod", "new_pod")):
        out[after] = named(row.get(before), "other")
    for before, after in (("oldNode", "old_node"), ("newNode", "new_node")):
        out[after] = node_of(row.get(before))
    constraints = row.get("defaultConstraints") or (row.get("config") or {}).get("DefaultConstraints")
    out["default_constraints"] = [without_noise(c) for c in constraints or []]
    if isinstance(row.get("config"), dict):
        out["defaulting_type"] = row["config"].get("DefaultingType")
    for key in ("hardPodAffinityWeight", "ignorePreferredTermsOfExistingPods", "expectedErr", "enableNodeInclusionPolicy",
                "enableMatchLabelKeys"):
        if key in row:
            out[key] = row[key]
    want = {k: row[k] for k in row if k.startswith("want") and k != "want" or k.startswith("expected") and k != "expectedErr"}
    if row.get("want") is not None:
        want["want"] = row["want"]
    out["want"] = want
    return {k: v for k, v in out.items() if v not in (None, [], {})}


def formed(package, row):
    if package == "volumebinding" and row["table"] in binder_tables.TABLES:
        return binder_tables.form(row)
    forms = [of.form(package, row) for of in (node_tables, storage_tables) if package in of.PLUGINS] or [same_form(row)]
    return next((made for made in forms if made is not None), None)


def run(package, work):
    where = subprocess.run(["go", "list", "-m", "-f", "{{.Dir}}", MODULE], cwd=ROOT / "test/cluster/kubernetes", check=True,
                           capture_output=True, text=True).stdout.strip()
    # A module of its own, with the package's files: those in the module cache cannot be replaced.
    modules = ROOT / "test/cluster/kubernetes"
    (work / "go.mod").write_text(re.sub(r"(?m)^module .*", "module berth.dev/tables", (modules / "go.mod").read_text()))
    (work / "go.sum").write_text((modules / "go.sum").read_text())
    loop = storage_tables.LOOPS.get(package)
    more_loops = f"|{loop}" if loop else ""
    copy = work / package
    copy.mkdir()
    for file in (Path(where) / FOLDER / package).glob("*.go"):
        text = file.read_text()
        (copy / file.name).write_text(with_dumps(text, more_loops) if file.name.endswith("_test.go") else text)
    (copy / "dump_rows_test.go").write_text((HERE / "dump_test.go.txt").read_text().replace("PACKAGE", package) + STATES.get(package, NO_STATE))
    rows = work / "rows.jsonl"
    subprocess.run(["go", "test", "-count=1", "-vet=off", f"./{package}"], cwd=work, check=True,
                   env={**os.environ, "DUMP_TO": str(rows), "GOFLAGS": "-mod=mod"})
    seen, out, left_out = set(), [], 0
    for line in rows.read_text().splitlines():
        if line not in seen:
            seen.add(line)
            row = json.loads(line)
            made = formed(package, row)
            left_out += made is None
            for one in made if isinstance(made, list) else filter(None, [made]):
                out.append(json.dumps(one, separators=(",", ":"), sort_keys=True))
    if package in storage_tables.PLUGINS:
        out.sort()  # their tables are maps, which Go goes through in any order
    target = ROOT / "test/scoring/plugins" / f"upstream_{package}.jsonl"
    target.write_text("\n".join(out) + "\n")
    print(f"{target.relative_to(ROOT)}: {len(out)} rows, {left_out} left out")


for package in sys.argv[1:] or list(dict.fromkeys([*PACKAGES, *node_tables.PLUGINS, *storage_tables.PLUGINS])):
    with tempfile.TemporaryDirectory() as work:
        run(package, Path(work))
