"""What a scenario is given: a fresh control plane, and the few things that scenarios do with one."""
import functools
import os
import re
import shutil
import subprocess

from harness import chart
from harness.load import create_all
from harness.objects import node, scheduled
from harness.observer import Observer, check_invariants
from harness.planes import Planes
from harness.scheduler import start_berth, start_kube_scheduler, write
from harness.wait import Failure, expect, until

PODS = "/api/v1/namespaces/default/pods"
EVENTS = "/apis/events.k8s.io/v1/namespaces/default/events"
STOP_SECONDS = 15


class Cluster:
    def __init__(self, options, folder, planes=None):
        self.options = options
        self.planes = planes or Planes(options.control_plane)
        self.folder = folder
        self.schedulers = []
        self.observer = None
        self.walked = []  # pages of the documentation

    @functools.cached_property
    def plane(self):
        """Started when first asked for: a few scenarios need none."""
        return self.planes.take()

    @property
    def api(self):
        return self.plane.admin

    @functools.cached_property
    def admin_kubeconfig(self):
        return self.plane.kubeconfig()

    def processes(self):
        return self.plane.processes if "plane" in self.__dict__ else []

    # -- schedulers

    def kubeconfig(self, port=None):
        """For the chart's own service account, with the rights that the chart gives it."""
        if self.options.kube_scheduler:
            account = "stand-in"
            chart.grant_everything(self.api, account)
        else:
            account = "berth"
            chart.grant(self.api, chart.render(self.options.control_plane))
        token = write(self.folder, "token", chart.token(self.api, account))
        return self.plane.kubeconfig(account, port=port or self.plane.port, token_file=token)

    def berth(self, config=None, name="berth", flags=(), port=None, kubeconfig=None, ready=True):
        """Starts a scheduler; `port` is where it looks for the API server, when something stands between."""
        kubeconfig = kubeconfig or self.kubeconfig(port)
        if self.options.kube_scheduler:
            started = start_kube_scheduler(self.plane, config, name, kubeconfig=kubeconfig)
        else:
            started = start_berth(self.plane, self.options.berth, kubeconfig, config, name, flags)
        self.schedulers.append(started)
        return started.wait_ready() if ready else started

    # -- objects

    def observe(self):
        self.observer = Observer(self.plane.api("observer", "system:masters"))
        return self.observer

    def nodes(self, *names, **room):
        create_all(self.api, "/api/v1/nodes", [node(name, **room) for name in names])

    def pods(self, pods, workers=4):
        create_all(self.api, PODS, pods, workers)

    def pod(self, name):
        return self.api.get(f"{PODS}/{name}")

    def node_of(self, name):
        return self.pod(name)["spec"].get("nodeName")

    def events(self, reason=None, of=""):
        """Those about an object (so named, where a name is given). The API server's own may be about an object without a name."""
        return [event for event in self.api.get(EVENTS)["items"]
                if event["regarding"].get("name") and of in ("", event["regarding"]["name"]) and reason in (None, event["reason"])]

    def wait_bound(self, name, seconds):
        return until(lambda: self.node_of(name), seconds,
                     lambda: f"pod {name} is not bound; its condition: {scheduled(self.pod(name))}")

    def wait_refused(self, name, seconds=10):
        """The PodScheduled condition, once it says no."""
        return until(lambda: scheduled(self.pod(name)).get("status") == "False" and scheduled(self.pod(name)), seconds,
                     f"pod {name} has no condition PodScheduled=False")

    def wait_all_bound(self, count, seconds):
        """Counted by the observer."""
        until(lambda: self.observer.bound_count() >= count, seconds,
              lambda: f"{self.observer.bound_count()} of {count} pods are bound", every=0.1)

    # -- what a reader types

    def kubectl(self, *words, text=None):
        done = subprocess.run([self.plane.program("kubectl"), "--kubeconfig", self.admin_kubeconfig, *words],
                              capture_output=True, text=True, input=text or "", timeout=60,
                              env={"PATH": os.environ["PATH"], "HOME": self.folder})
        if done.returncode:
            raise Failure(f"kubectl {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def describe(self, pod):
        return self.kubectl("describe", "pod", pod)

    def wait_event(self, pod, note, seconds=5):
        """The line of `kubectl describe` that ends with (or, given a pattern, matches) `note`, its spaces made single."""
        def line():
            for each in self.describe(pod).splitlines():
                each = " ".join(each.split())
                if note.search(each) if isinstance(note, re.Pattern) else each.endswith(note):
                    return each
            return None

        return until(line, seconds, lambda: f"kubectl describe shows no event {note!r}:\n{self.describe(pod)}", every=0.3)

    # -- at the end

    def finish(self):
        """What every scenario ends with: the invariants, and every scheduler still running stops when told to, with 0."""
        if self.observer:
            check_invariants(self.api, self.observer, self.plane.audit())
        for scheduler in self.schedulers:
            if scheduler.process.running():
                code = scheduler.process.stop(STOP_SECONDS)
                expect(code == scheduler.stop_code, f"{scheduler.name} was told to stop and exited with {code}")

    def close(self):
        """Stops what still runs; the logs stay until `discard`."""
        if self.observer:
            self.observer.stop()
        if "plane" in self.__dict__:
            self.plane.stop()

    def folders(self):
        return [self.folder] + ([self.plane.folder] if "plane" in self.__dict__ else [])

    def discard(self):
        for folder in self.folders():
            shutil.rmtree(folder, ignore_errors=True)
