"""berth is stopped (SIGSTOP) while the API server restarts and its history is compacted away: its watches are answered
410, it lists again, and what happened meanwhile, above all what was deleted, is known to it.

The one node is full, so the new pods fit only where the deletions were noticed."""
from harness.api import ApiError
from harness.objects import pod
from harness.wait import expect

ROOM = 10


def run(cluster):
    cluster.observe()
    cluster.nodes("node-a", pods=str(ROOM))
    cluster.plane.start_kwok()
    berth = cluster.berth()
    cluster.pods([pod(f"old-{n}") for n in range(ROOM)])
    cluster.wait_all_bound(ROOM, 20)
    version = cluster.api.get("/api/v1/pods")["metadata"]["resourceVersion"]

    berth.pause()
    for n in range(ROOM // 2):
        cluster.kubectl("delete", "pod", f"old-{n}", "--wait")
    cluster.pods([pod(f"new-{n}") for n in range(ROOM // 2)])
    cluster.plane.kill_api_server()
    cluster.plane.forget_history()
    cluster.plane.start_api_server_again()
    expect(answers_gone(cluster.api, version), f"a watch from {version} is not answered 410: the scenario shows nothing")
    berth.resume()

    cluster.wait_all_bound(ROOM + ROOM // 2, 60)
    return f"410 for {version}; the {ROOM // 2} new pods took the places of the deleted"


def answers_gone(api, version):
    try:
        for kind, status in api.watch("/api/v1/pods", version, seconds=5):
            return kind == "ERROR" and status["code"] == 410
    except ApiError as error:
        return error.code == 410
    return False
