"""The demo's cluster: through kubectl where it is installed, by plain HTTP where not."""

import json
import os
import shutil
import subprocess
import urllib.request


def node(number):
    name = f"node-{number}"
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": f"zone-{number}"}},
        "status": {
            "capacity": {"cpu": "4", "memory": "8Gi", "pods": "110"},
            "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "played by the API server"}],
            "addresses": [{"type": "InternalIP", "address": f"10.0.0.{number}"}, {"type": "Hostname", "address": name}],
            "nodeInfo": {"kubeletVersion": "v1.37.2", "operatingSystem": "linux", "architecture": "amd64"},
        },
    }


class Cluster:
    def __init__(self, url, kubeconfig):
        self.url = url
        self.kubeconfig = kubeconfig
        self.kubectl = shutil.which("kubectl")
        # A proxy is for the network outside.
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open

    def run_kubectl(self, *arguments):
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        done = subprocess.run([self.kubectl, "--kubeconfig", self.kubeconfig, *arguments], check=True, env=environment, text=True,
                              encoding="utf-8", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return done.stdout

    def create(self, path, body):
        self._call("POST", path, body)

    def create_file(self, path):
        if self.kubectl:
            print(f"$ kubectl create -f {os.path.relpath(path)}")
            print(self.run_kubectl("create", "-f", path), end="", flush=True)
            return
        with open(path, encoding="utf-8") as file:
            body = json.load(file)
        self.create(f"/apis/{body['apiVersion']}/namespaces/{body['metadata']['namespace']}/deployments", body)

    def pods(self):
        return self._call("GET", "/api/v1/namespaces/default/pods")["items"]

    def events(self, pod):
        selector = f"involvedObject.uid%3D{pod['metadata']['uid']}"
        return self._call("GET", f"/api/v1/namespaces/default/events?fieldSelector={selector}")["items"]

    def _call(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        with self._open(request, timeout=10) as answer:
            return json.load(answer)
