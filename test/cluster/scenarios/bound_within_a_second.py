"""The first thing a stranger types: a pod that names berth is bound within a second, and kubectl describe says by whom."""
import re

from harness.wait import expect, until

OVERRIDES = '{"spec":{"schedulerName":"berth"}}'


def run(cluster):
    observer = cluster.observe()
    cluster.nodes("node-a", "node-b", "node-c")
    cluster.berth()

    cluster.kubectl("run", "web", "--image=nginx", f"--overrides={OVERRIDES}")
    node = cluster.wait_bound("web", 1.0)
    uid = cluster.pod("web")["metadata"]["uid"]
    until(lambda: uid in observer.bound_at, 1, "the observer does not see it bound")
    took = observer.bound_at[uid] - observer.seen_at[uid]
    expect(took < 1, f"bound after {took:.2f} s")

    line = cluster.wait_event("web", f"Successfully assigned default/web to {node}")
    expect(re.fullmatch(r"Normal Scheduled \S+ berth Successfully assigned .*", line), f"not as expected: {line}")
    return f"{took * 1000:.0f} ms from the watch's first word of it to its binding; {line!r}"
