"""A scheduler with a plugin that throws at every extension point, beside a hundred pods that have nothing to do with it: these
are bound at once, each of the others has an event that names the plugin and the point, and is bound once nothing is thrown any more."""
import os
import re
import subprocess

from harness.objects import pod, scheduled
from harness.scheduler import configuration, start_berth
from harness.walker import ROOT
from harness.wait import Failure, expect, until

OTHERS = 100
THROWN = {
    "throw": "threw an exception: trouble at {point}",
    "throw-1": "threw something that is not a std::exception",
    "bad-alloc": "threw an exception: std::bad_alloc",
}
NOTES = {  # of the event, before what was thrown
    "preEnqueue": 'running PreEnqueue plugin "Trouble": ',
    "preFilter": 'running PreFilter plugin "Trouble": ',
    "filter": 'running "Trouble" filter plugin: ',
    "preScore": 'running PreScore plugin "Trouble": ',
    "score": 'running Score plugins: plugin "Trouble" failed with: ',
    "normalize": 'running Normalize on Score plugins: plugin "Trouble" failed with: ',
    "reserve": 'running Reserve plugin "Trouble": ',
    "permit": 'running Permit plugin "Trouble": ',
    "preBind": 'running PreBind plugin "Trouble": ',
    "bind": 'running Bind plugin "Trouble": ',
}
REFUSED = {  # for other reasons, with what was thrown beside them
    "postFilter": 'running PostFilter plugin "Trouble": ',
    "unreserve": 'running Unreserve plugin "Trouble": ',
}
IN_THE_LOG = ("unreserve", "postBind", "hint")
PROFILE = {
    "schedulerName": "berth",
    "plugins": {
        "multiPoint": {"enabled": [{"name": "Trouble"}]},
        "queueSort": {"disabled": [{"name": "*"}], "enabled": [{"name": "ThrowingSort"}]},
        "bind": {"enabled": [{"name": "Trouble"}, {"name": "DefaultBinder"}]},
    },
}


def command(*words):
    done = subprocess.run([str(word) for word in words], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise Failure(f"$ {' '.join(map(str, words))}\n{done.stdout}{done.stderr}")


def build(cluster):
    """The scheduler, against what is installed from where berth was built."""
    prefix, out = os.path.join(cluster.folder, "installed"), os.path.join(cluster.folder, "trouble")
    command("cmake", "--install", os.path.dirname(cluster.options.berth), "--prefix", prefix)
    command("cmake", "-S", os.path.join(ROOT, "test", "cluster", "trouble"), "-B", out, f"-DCMAKE_PREFIX_PATH={prefix}")
    command("cmake", "--build", out)
    return os.path.join(out, "trouble")


def bad(point, how, times):
    made = pod(f"bad-{point.lower()}-{how}")
    made["metadata"]["labels"].update({"at": point, "how": how, **({"times": str(times)} if times else {})})
    return made


def run(cluster):
    program = build(cluster)
    cluster.nodes("node-a", "node-b")
    cluster.plane.start_kwok()
    # Before the scheduler starts: they are in the queue at the same time then, and compared.
    cluster.pods([bad("queueSort", how, 1) for how in THROWN])
    scheduler = start_berth(cluster.plane, program, cluster.kubeconfig(), configuration(PROFILE)).wait_ready()
    cluster.schedulers.append(scheduler)
    cluster.observe()

    recovers = [(point, how) for point in (*NOTES, "postBind", "hint", "queueSort") for how in THROWN]
    stays = [(point, how) for point in REFUSED for how in THROWN]
    pods = [pod(f"other-{number}") for number in range(OTHERS)]
    among = [(point, how) for point, how in recovers + stays if point != "queueSort"]
    for number, (point, how) in enumerate(among):  # among the others, not after them
        pods.insert(2 * number, bad(point, how, 1 if (point, how) in recovers else 0))
    cluster.pods(pods)
    for number in range(OTHERS):
        cluster.wait_bound(f"other-{number}", 20)

    for point, how in [*recovers, *stays]:
        if before := NOTES.get(point) or REFUSED.get(point):
            note = before + THROWN[how].format(point=point)
            cluster.wait_event(f"bad-{point.lower()}-{how}", re.compile(f"Warning FailedScheduling .*{re.escape(note)}$"))
    for point, how in recovers:
        if point == "hint":  # an event that the hint is asked about
            cluster.kubectl("label", "node", "node-a", f"for={how}", "--overwrite")
        cluster.wait_bound(f"bad-{point.lower()}-{how}", 30)
    for point, how in stays:
        condition = scheduled(cluster.pod(f"bad-{point.lower()}-{how}"))
        expect(condition.get("reason") == "Unschedulable", f"bad-{point.lower()}-{how}: {condition}")

    expect(scheduler.process.running(), "the scheduler has ended")
    for name in (*IN_THE_LOG, "queueSort"):
        point = {"hint": "QueueingHint"}.get(name, name[0].upper() + name[1:])
        plugin = "ThrowingSort" if name == "queueSort" else "Trouble"
        until(lambda: f'plugin="{plugin}" point="{point}"' in scheduler.log(), 5, f"the log names no fault of {point}")
    return f"{OTHERS} pods beside {len(recovers) + len(stays)} that meet a plugin that throws"
