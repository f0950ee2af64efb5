"""NodeLabelFilter, NodeLabelScore and MaxPodCount in one profile: each pod goes to the labelled node of the largest number, the
one over the limit hears of both plugins, and a changed number draws the next pod elsewhere."""
from harness.objects import pod
from harness.scheduler import configuration
from harness.wait import expect

PROFILE = {
    "schedulerName": "berth",
    "plugins": {
        "filter": {"enabled": [{"name": "NodeLabelFilter"}, {"name": "MaxPodCount"}]},
        "score": {"enabled": [{"name": "NodeLabelScore", "weight": 100}]},
        "postFilter": {"disabled": [{"name": "*"}]},
    },
    "pluginConfig": [
        {"name": "NodeLabelFilter", "args": {"labels": {"cpu": "true", "example.com/disk": "ssd"}, "message": "{node} is no place"}},
        {"name": "NodeLabelScore", "args": {"label": "rank", "reverse": False}},
        {"name": "MaxPodCount", "args": {"limit": 2, "message": "{limit} are enough"}},
    ],
}
FIT = {"cpu": "true", "example.com/disk": "ssd"}


def run(cluster):
    cluster.observe()
    cluster.nodes("low", labels={**FIT, "rank": "1.5"})
    cluster.nodes("high", labels={**FIT, "rank": "7"})
    cluster.nodes("half", labels={"cpu": "true", "rank": "100"})
    cluster.berth(configuration(PROFILE))
    for name in ("one", "two"):
        cluster.pods([pod(name)])
        expect(cluster.wait_bound(name, 5) == "high", f"pod {name} is not on the node of the largest number that fits")
    cluster.pods([pod("three")])
    refusal = "0/3 nodes are available: 1 half is no place, 2 2 are enough."
    condition = cluster.wait_refused("three")
    expect(condition["message"] == refusal, f"the condition reads {condition['message']!r}")
    line = cluster.wait_event("three", refusal)

    cluster.kubectl("label", "node", "low", "rank=7.5", "--overwrite")
    cluster.kubectl("delete", "pod", "one", "--wait=false", "--grace-period=0", "--force")
    expect(cluster.wait_bound("three", 5) == "low", "the changed number drew nobody")
    return line
