"""berth (and, for comparison, kube-scheduler) as a process: its files, its metrics, its readiness."""
import json
import os
import re
import signal
import ssl
import urllib.error
import urllib.request

from harness import versions
from harness.ports import free_ports
from harness.wait import Failure, until


def configuration(*profiles, leader_election=None, **fields):
    """A KubeSchedulerConfiguration. Without profiles, one named berth with the default plugins."""
    return {
        "apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration",
        "leaderElection": leader_election or {"leaderElect": False},
        "profiles": list(profiles) or [{"schedulerName": "berth"}],
        **fields,
    }


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text if isinstance(text, str) else json.dumps(text, indent=1, ensure_ascii=False))
    return path


class Scheduler:
    """A running scheduler. `context` is None where it serves plain HTTP; `stop_code` is how it exits when told to stop."""

    def __init__(self, process, port, context=None, stop_code=0):
        self.stop_code = stop_code
        self.process = process
        self.name = process.name
        self.base = f"{'https' if context else 'http'}://127.0.0.1:{port}"
        self.context = context

    def fetch(self, path, token=None):
        """(status, text); status 0 where nobody answers. With a token the administrator's certificate is not shown."""
        asked = urllib.request.Request(self.base + path, headers={"Authorization": f"Bearer {token}"} if token else {})
        try:
            with urllib.request.urlopen(asked, timeout=5, context=stranger() if token else self.context) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def wait_ready(self, seconds=20):
        def ready():
            if not self.process.running():
                raise Failure(f"{self.name} ended with {self.process.exit_code()}:\n{self.process.log_tail()}")
            return self.fetch("/readyz")[0] == 200

        until(ready, seconds, lambda: f"{self.name} is not ready:\n{self.process.log_tail()}")
        return self

    def metric(self, name, **labels):
        """The sum of the samples called `name` that carry these labels; None where there is no such sample."""
        found = None
        for line in self.fetch("/metrics")[1].splitlines():
            match = re.match(r"(\w+)(?:\{(.*)\})? (\S+)", line)
            if match and match[1] == name:
                carried = dict(re.findall(r'(\w+)="([^"]*)"', match[2] or ""))
                if all(carried.get(key) == value for key, value in labels.items()):
                    found = (found or 0.0) + float(match[3])
        return found

    def log(self):
        return self.process.log()

    def pause(self):
        self.process.signal(signal.SIGSTOP)

    def resume(self):
        self.process.signal(signal.SIGCONT)

    def kill(self):
        self.process.kill()


def stranger():
    """Shows no certificate, to a server that signs its own."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def admin_context(plane):
    """The administrator's certificate, for a server that signs its own."""
    context = stranger()
    context.load_cert_chain(*plane.certificates.user("admin", "system:masters"))
    return context


def start_berth(plane, program, kubeconfig, config=None, name="berth", flags=()):
    port, = free_ports(1)
    file = write(plane.folder, f"{name}-config.yaml", config or configuration())
    return Scheduler(plane.start(name, [
        program, "run", "--config", file, "--kubeconfig", kubeconfig, "--metrics-bind-address", f"127.0.0.1:{port}",
        "--secure-port", "0", *flags]),
        port)


def start_kube_scheduler(plane, config=None, name="kube-scheduler", flags=(), kubeconfig=None):
    """As the user system:kube-scheduler, unless a kubeconfig says otherwise. Its metrics are asked for with the administrator's certificate. Told to stop
    while it elects no leader, it exits with 1. Beside an older API server it does without what that one does not serve: it would wait
    for it for ever."""
    port, = free_ports(1)
    kubeconfig = kubeconfig or plane.kubeconfig("system:kube-scheduler", None)
    config = dict(config or configuration())
    config["clientConnection"] = {**config.get("clientConnection", {}), "kubeconfig": kubeconfig}
    file = write(plane.folder, f"{name}-config.yaml", config)
    return Scheduler(plane.start(name, [
        plane.program("kube-scheduler"), "--config", file, "--secure-port", port, "--bind-address", "127.0.0.1",
        "--cert-dir", plane.folder, "--client-ca-file", plane.certificates.authority,
        "--authentication-kubeconfig", kubeconfig, "--authorization-kubeconfig", kubeconfig,
        "--authentication-skip-lookup=true", *versions.kube_scheduler_flags(versions.served(plane.programs)), *flags]),
        port, admin_context(plane), stop_code=1)
