"""A scheduler of somebody's own, on the in-memory API server: it binds a pod that names it."""

import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "demo"))
from cluster import Cluster, node

PATIENCE = 60  # seconds, for what takes one
PODS = "/api/v1/namespaces/default/pods"
POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "nginx-by-my-scheduler"},
       "spec": {"schedulerName": "my-scheduler", "containers": [{"name": "nginx", "image": "nginx"}]}}


def until(what, happened, processes):
    deadline = time.monotonic() + PATIENCE
    while not (result := happened()):
        for process in processes:
            if process.poll() is not None:
                raise SystemExit(f"{process.args[0]} ended with exit code {process.returncode}")
        if time.monotonic() > deadline:
            raise SystemExit(f"not within {PATIENCE} s: {what}")
        time.sleep(0.05)
    return result


def place_one_pod(server, program, config, folder):
    kubeconfig, port_file = folder / "kubeconfig", folder / "port"
    processes = []
    try:
        processes.append(subprocess.Popen([server, "--kubeconfig", kubeconfig, "--port-file", port_file],
                                          stdin=subprocess.DEVNULL))
        until("the API server listens", port_file.exists, processes)
        cluster = Cluster(f"http://127.0.0.1:{port_file.read_text().strip()}", str(kubeconfig))
        for number in (1, 2, 3):
            cluster.create("/api/v1/nodes", node(number))
        processes.append(subprocess.Popen([program, "--config", config, "--kubeconfig", kubeconfig,
                                           "--secure-port", "0"], stdin=subprocess.DEVNULL))
        cluster.create(PODS, POD)
        until("the pod is bound", lambda: cluster.pods()[0]["spec"].get("nodeName"), processes)
        pod = cluster.pods()[0]
        note = f"Successfully assigned default/nginx-by-my-scheduler to {pod['spec']['nodeName']}"
        until(note, lambda: note in [event["message"] for event in cluster.events(pod)], processes)
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait(15)
