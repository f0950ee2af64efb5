"""The page of examples/trace as a reader types it: the log of every step, the journey of a pod that is refused twice, waits in
Permit and is bound. Then what is not in it: one deleted while it is held, one that is not ours, JSON, wrong words, no scheduler."""
import json
import os
import subprocess

from harness.examples import example
from harness.wait import expect, until
from walkthrough import walk

PAGES = ["examples/trace/README.md"]
HELD = """
apiVersion: v1
kind: Pod
metadata: {name: held}
spec:
  schedulerName: berth
  containers: [{name: c, image: busybox}]
"""


def check_times(steps):
    """What lasts has begun when the steps before it say so, and ends before the next one begins."""
    entered = waiting = ended = 0.0
    for step in steps:
        at, took, name = step["at"], step.get("took", 0.0), step["step"]
        expect(at >= ended - 1e-9, f"{step} begins before the step before it has ended")
        if name == "queued" and step["event"] in ("UnscheduledPodAdd", "ScheduleAttemptFailure"):
            entered = at
        elif name == "waiting":
            waiting = at
        since = {"attempt": entered, "allowed": waiting}.get(name)
        expect(since is None or abs(at - took - since) < 1e-6, f"{step} does not go back to {since}")
        ended = at + took if since is None else at


def run(cluster):
    walk(cluster, *PAGES)
    with open(example("trace/scheduler.yaml"), encoding="utf-8") as file:
        config = file.read().replace("hold: 5s", "hold: 10m")
    berth = cluster.berth(config, "berth", ["-v=3"])
    program = os.path.basename(cluster.options.berth)

    def trace(*words, source=berth.base):
        done = subprocess.run([cluster.options.berth, "trace", *words, "--from", source], stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30)
        return done.returncode, done.stdout, done.stderr

    def journey(name):
        code, out, _ = trace("pod", name, "-o", "json")
        return json.loads(out) if code == 0 else {"state": "unknown", "steps": []}

    # It was bound before this scheduler started.
    code, out, err = trace("pod", "late")
    expect((code, out) == (1, "") and err.startswith(f"{program}: trace: pod default/late: it is on node n3; "), err)

    cluster.kubectl("apply", "-f", "-", text=HELD)
    until(lambda: journey("held")["state"] == "permit", 10, lambda: f"it is not held: {journey('held')}")
    held = journey("held")
    check_times(held["steps"])
    expect([s for s in held["steps"] if s["step"] == "waiting"][0]["plugins"] == "Trace", f"held by somebody else: {held}")
    expect([s["n"] for s in held["steps"]] == list(range(held["next"])), f"steps are lost or double: {held}")
    watching = subprocess.Popen([cluster.options.berth, "trace", "pod", "held", "-w", "--from", berth.base], text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    cluster.kubectl("delete", "pod", "held", "--wait")
    shown, complaints = watching.communicate(timeout=20)
    expect(watching.returncode == 1, f"a watch of a pod that went unbound exits with {watching.returncode}: {complaints}")
    expect("the pod is gone" in shown, f"the watch did not tell of the deletion:\n{shown}")
    steps = [step["step"] for step in journey("held")["steps"]]
    expect("Unreserve" in steps and "Bind" not in steps and "deleted" in steps, f"deleted while held: {steps}")
    until(lambda: '"Unreserve" pod="default/held"' in berth.process.log(), 5, "Trace has no line for Unreserve")

    check_times(journey("held")["steps"])
    for words, wanted, answer in ((["pod", "nobody"], 1, "pod default/nobody: this scheduler has not seen it"),
                                  (["default/x"], 2, f"say `{program} trace pod default/x`"),
                                  (["pods", "x"], 1, "pod default/x: this scheduler has not seen it"),
                                  (["pod", "a/b/c"], 2,
                                   f'"a/b/c" is no name of a pod; say `{program} trace pod NAMESPACE/NAME`')):
        code, out, err = trace(*words)
        expect((code, out, err) == (wanted, "", f"{program}: trace: {answer}\n"), f"{words}: {code} {out!r} {err!r}")
    code, _, err = trace("pod", "x", source="http://127.0.0.1:9")
    expect(code == 1 and err.startswith(f"{program}: trace: no scheduler answers at http://127.0.0.1:9: ") and err.count("\n") == 1, err)
    return f"{', '.join(PAGES)}; deleted while held: {' '.join(steps)}"
