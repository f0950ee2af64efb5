"""Extenders with preemptVerb, asked by berth and by kube-scheduler on the same script, one by uid and one, which is
ignorable, with whole pods: they are asked the same, and what they take away, name instead, or get wrong has the same
victims, nominations and events."""
from harness.cluster import PODS
from harness.eviction_webhook import EvictionWebhook, all_of_them, last_of_them, uids
from harness.ports import free_ports
from harness.preemption_script import Script, compare, priority_classes
from harness.scheduler import configuration, start_kube_scheduler
from harness.wait import expect, until

NOBODY = {"Pods": [{"UID": "nobody"}]}
# What the strict one answers that ends the attempt.
WRONG = {
    "nothing": lambda proposed: {},
    "http-error": lambda proposed: 500,
    "unknown-node": lambda proposed: {**all_of_them(proposed), "node-z": NOBODY},
    "unknown-pod": lambda proposed: {node: NOBODY for node in sorted(proposed)[:1]},
    "no-victims": lambda proposed: {node: {"Pods": []} for node in sorted(proposed)[:1]},
}


class Steps(Script):
    def __init__(self, cluster, scheduler, strict, lax):
        super().__init__(cluster, scheduler)
        self.strict, self.lax = strict, lax

    def run(self):
        self.chosen("agree", all_of_them, all_of_them)
        self.chosen("last", last_of_them, all_of_them)
        self.chosen("lax-last", all_of_them, last_of_them)
        self.chosen("one-after-another", lambda proposed: {node: uids(proposed[node]) for node in sorted(proposed)[1:]},
                    lambda proposed: {node: uids(proposed[node]) for node in sorted(proposed)[:1]})
        self.chosen("lax-http-error", last_of_them, lambda proposed: 500)
        self.chosen("lax-unknown-pod", all_of_them, lambda proposed: {node: NOBODY for node in proposed})
        self.chosen("lax-no-victims", all_of_them, lambda proposed: {
            node: uids(victims) if node == sorted(proposed)[-1] else {"Pods": []} for node, victims in proposed.items()})
        self.others_instead()
        for name, answer in WRONG.items():
            self.fails(name, answer)
        return self.seen

    def answers(self, strict, lax):
        for webhook, answer in ((self.strict, strict), (self.lax, lax)):
            webhook.answer = answer
            webhook.asked.clear()

    def note_asked(self, step):
        """An attempt may be repeated: each question counts once."""
        for name, webhook in (("strict", self.strict), ("lax", self.lax)):
            self.note(step, name, sorted({self.own(str(one)) for one in webhook.asked}))

    def three_nodes(self, step):
        """Of which the first is the best to evict from, and the last the worst."""
        self.place(step, "abc", [("a", "a", "low", "1", 9, {}, 0), ("b", "b", "low", "1", 5, {}, 0),
                                 ("c", "c", "mid", "1", 1, {}, 0)])

    def chosen(self, step, strict, lax):
        self.answers(strict, lax)
        self.three_nodes(step)
        self.outcome(step, self.preempt(step))
        self.note_asked(step)

    def others_instead(self):
        """The strict one names both pods of the node, where one would do."""
        step = "others"
        both = {}

        def answer(proposed):
            return {node: {"Pods": [{"UID": uid} for uid in both[node]], "NumPDBViolations": 0} for node in proposed}

        self.answers(answer, all_of_them)
        self.place(step, "a", [("a", "old", "low", "500m", 1, {}, 0), ("a", "new", "low", "500m", 9, {}, 0)])
        for one in self.cluster.api.get(PODS)["items"]:
            both.setdefault(one["spec"].get("nodeName"), []).append(one["metadata"]["uid"])
        preemptor = self.preempt(step, cpu="400m")
        until(lambda: len(self.events("Preempted", f"{self.scheduler}-{step}-")) == 2, 20, "two are not told of their eviction")
        self.outcome(step, preemptor)
        self.note_asked(step)

    def fails(self, step, strict):
        self.answers(strict, all_of_them)
        self.three_nodes(step)
        preemptor = self.preempt(step)
        self.note(step, self.cluster.wait_refused(preemptor)["message"])
        until(lambda: self.events("FailedScheduling", preemptor), 10, f"{step}: no event")
        self.note(step, "nominated", self.cluster.pod(preemptor)["status"].get("nominatedNodeName"))
        self.outcome(step, preemptor, bound=False)
        self.note_asked(step)
        self.cluster.api.request("DELETE", f"{PODS}/{preemptor}", {"gracePeriodSeconds": 0})


def run(cluster):
    priority_classes(cluster.api)
    strict, lax = (EvictionWebhook(port) for port in free_ports(2))
    extenders = [{"urlPrefix": lax.url, "preemptVerb": "preempt", "ignorable": True},
                 {"urlPrefix": strict.url, "preemptVerb": "preempt", "nodeCacheCapable": True}]
    try:
        cluster.berth(configuration(extenders=extenders))
        kube_scheduler = start_kube_scheduler(cluster.plane, configuration({"schedulerName": "kube-scheduler"},
                                                                           extenders=extenders))
        cluster.schedulers.append(kube_scheduler.wait_ready())
        seen = {name: Steps(cluster, name, strict, lax).run() for name in ("kube-scheduler", "berth")}
    finally:
        strict.stop()
        lax.stop()
    compare(*seen.values())
    asked = sum(len(fact) > 2 and fact[1] in ("strict", "lax") and fact[2] != "[]" for fact in seen["berth"])
    expect(asked > len(WRONG), "the extenders were not asked")
    return f"{len(seen['berth'])} facts alike: what {asked} times was asked, victims, events, nominations"
