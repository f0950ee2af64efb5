"""An in-memory API server and a scheduler of ours, each a process, for runs in which something goes wrong on purpose."""
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE = 60  # seconds, for what takes one
NODES, PODS = "/api/v1/nodes", "/api/v1/namespaces/default/pods"
LEASE = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/berth"


def until(what, happened, patience=PATIENCE):
    """Returns how long it took."""
    begun = time.monotonic()
    while not happened():
        if time.monotonic() > begun + patience:
            raise SystemExit(f"not within {patience} s: {what}")
        time.sleep(0.01)
    return time.monotonic() - begun


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def request(port, method, path, body=None, kind="application/json", timeout=10):
    """The status and the text of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": kind})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


class Server:
    def __init__(self, program, folder):
        self.kubeconfig, port_file = folder / "kubeconfig", folder / "port"
        self.process = subprocess.Popen([program, "--kubeconfig", self.kubeconfig, "--port-file", port_file],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        until("the API server listens", port_file.exists)
        self.port = int(port_file.read_text())

    def call(self, method, path, body=None):
        status, text = request(self.port, method, path, body)
        if status >= 300:
            raise SystemExit(f"{method} {path}: {status} {text}")
        return json.loads(text) if text.strip() else None

    def fault(self, **fields):
        self.call("POST", "/memory-api/faults", fields)

    def mend(self):
        self.call("DELETE", "/memory-api/faults")

    def requests(self):
        return self.call("GET", "/memory-api/requests")

    def node(self, name):
        self.call("POST", NODES, {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name},
                                  "status": {"capacity": {"cpu": "64", "memory": "128Gi", "pods": "5000"}}})

    def pod(self, name, scheduler="berth", resources=None, **labels):
        self.call("POST", PODS, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": labels}, "spec": {
            "schedulerName": scheduler, "containers": [{"name": "main", "image": "nginx", "resources": resources or {}}]}})

    def bound(self, name):
        return bool(self.call("GET", f"{PODS}/{name}")["spec"].get("nodeName"))


class Scheduler:
    """Probes and metrics are at `port`, in plain HTTP."""

    def __init__(self, program, server, folder, *flags, name="berth", **how):
        self.port, self.log = free_port(), folder / f"{name}.log"
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen(
                [program, "--kubeconfig", server.kubeconfig, "--secure-port", "0", "--metrics-bind-address",
                 f"127.0.0.1:{self.port}", *flags], **{"stdin": subprocess.DEVNULL, "stderr": out, **how})

    def get(self, path, timeout=10):
        return request(self.port, "GET", path, timeout=timeout)

    def ready(self):
        if self.process.poll() is not None:
            raise SystemExit(f"the scheduler ended with {self.process.returncode}:\n{self.said()[-2000:]}")
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False

    def said(self):
        return self.log.read_text(errors="replace")

    def metric(self, name):
        for line in self.get("/metrics")[1].splitlines():
            if line.startswith(name + " "):
                return float(line.split()[-1])
        raise SystemExit(f"there is no metric {name}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


class Run:
    """What was started in it ends with it."""

    def __init__(self, memory_api_server):
        self.folder_of = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.folder_of.name)
        self.started = []
        self.server = Server(memory_api_server, self.folder)
        self.started.append(self.server.process)

    def scheduler(self, program, *flags, **how):
        one = Scheduler(program, self.server, self.folder, *flags, **how)
        self.started.append(one.process)
        return one

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.started:
            process.kill()
            process.wait()
        self.folder_of.cleanup()


def check(what, holds):
    if not holds:
        raise SystemExit(f"not so: {what}")
    print(f"  {what}", flush=True)


def arguments(*names):
    if len(sys.argv) != len(names) + 1:
        raise SystemExit(f"usage: {sys.argv[0]} {' '.join(names)}")
    return [os.path.abspath(argument) for argument in sys.argv[1:]]
