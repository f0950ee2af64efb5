"""An extender webhook is slow, broken, lying, endless or dead: each time the pod waits with a reason that says so, berth goes
on, and once the webhook is well everything that waited is bound where it says."""
import re

from harness.objects import pod, scheduled
from harness.ports import free_ports
from harness.scheduler import configuration
from harness.wait import expect, until
from harness.webhook import Webhook

NODES = ("node-a", "node-b", "node-c")
# How it misbehaves, and what the condition then says after the URL.
SAID = {
    "refusing": r"0/3 nodes are available: 3 no licence\.( .*)?",
    "slow": r'Post "URL/filter": context deadline exceeded \(Client\.Timeout exceeded while awaiting headers\)',
    "unknown_node": r'extender "URL" claims a filtered node "node-z" which is not found in the input node list',
    "huge": r'Post "URL/filter": the answer.s body is larger than 16777216 bytes',
    "broken": r"failed filter with extender at URL URL/filter, code 500",
    "elsewhere": r"failed filter with extender at URL URL/filter, code 307",
    "html": r"failed filter with extender at URL URL/filter: .+",
    "half": r'Post "URL/filter": .+',
    "sorry": r"out of order",
    "dead": r'Post "URL/filter": .*refused.*',
}


def run(cluster):
    cluster.observe()
    cluster.nodes(*NODES)
    webhook = Webhook(free_ports(1)[0])
    try:
        berth = cluster.berth(configuration(extenders=[{
            "urlPrefix": webhook.url, "filterVerb": "filter", "prioritizeVerb": "prioritize", "weight": 100, "httpTimeout": "2s",
            "nodeCacheCapable": True}]))
        for how, said in SAID.items():
            waits(cluster, webhook, how, re.compile(said.replace("URL/", webhook.url + "/").replace('"URL"', f'"{webhook.url}"')))
        webhook.how = "well"
        webhook.start()
        for how in SAID:
            expect(cluster.wait_bound(name_of(how), 30) == NODES[-1], f"{name_of(how)} is not on the last node")
        memory = berth.metric("process_resident_memory_bytes")
        return f"{len(SAID)} kinds of trouble, {webhook.served} calls; {memory / 2**20:.0f} MiB afterwards"
    finally:
        webhook.stop()


def name_of(how):
    return "pod-" + how.replace("_", "-")


def waits(cluster, webhook, how, said):
    name = name_of(how)
    if how == "dead":
        webhook.stop()
    else:
        webhook.how = how
    cluster.pods([pod(name)])
    until(lambda: said.fullmatch(scheduled(cluster.pod(name)).get("message", "")), 45,
          lambda: f"{how}: the condition reads {scheduled(cluster.pod(name))}")
    expect(cluster.node_of(name) is None, f"{how}: {name} was bound all the same")
    reason = "Unschedulable" if how == "refusing" else "SchedulerError"
    expect(scheduled(cluster.pod(name))["reason"] == reason, f"{how}: the reason is {scheduled(cluster.pod(name))}")
