#!/usr/bin/python3
"""A scheduler extender in Python, with the standard library's HTTP server: a scheduler POSTs to /filter, /prioritize and /bind.

Only nodes with the label example.com/licensed=true pass; the further down the list a node stands, the higher its score; pods
are bound with kubectl, as whoever $KUBECONFIG says. The replies write their fields in lower case: schedulers read them in any."""
import argparse
import http.server
import json
import subprocess
import sys

LABEL = ("example.com/licensed", "true")


def log(text):
    print(text, file=sys.stderr, flush=True)


def filter_nodes(args):
    log("my-scheduler-extender filter called.")
    passed, failed = [], {}
    for node in args["Nodes"]["items"]:
        if node["metadata"].get("labels", {}).get(LABEL[0]) == LABEL[1]:
            passed.append(node)
        else:
            failed[node["metadata"]["name"]] = "node(s) had no licence"
    return {"nodes": {"items": passed}, "failednodes": failed, "error": ""}


def prioritize(args):
    log("my-scheduler-extender prioritize called.")
    return [{"host": node["metadata"]["name"], "score": place} for place, node in enumerate(args["Nodes"]["items"])]


def bind(args):
    log("my-scheduler-extender bind called.")
    path = f"/api/v1/namespaces/{args['PodNamespace']}/pods/{args['PodName']}/binding"
    binding = {
        "apiVersion": "v1", "kind": "Binding",
        "metadata": {"name": args["PodName"], "namespace": args["PodNamespace"], "uid": args["PodUID"]},
        "target": {"apiVersion": "v1", "kind": "Node", "name": args["Node"]},
    }
    done = subprocess.run(["kubectl", "create", "--raw", path, "-f", "-"], input=json.dumps(binding), text=True,
                          capture_output=True, timeout=4)
    if done.returncode:
        return {"error": done.stderr.strip()}
    log(f"pod {args['PodNamespace']}/{args['PodName']} is bound to {args['Node']}")
    return {"error": ""}


class Webhook(http.server.BaseHTTPRequestHandler):
    VERBS = {"/filter": filter_nodes, "/prioritize": prioritize, "/bind": bind}
    protocol_version = "HTTP/1.1"  # keeps connections

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path not in self.VERBS:
            return self.reply(404, {})
        try:
            answer = self.VERBS[self.path](json.loads(body))
        except (ValueError, KeyError, TypeError) as problem:
            answer = {"error": f"not understood: {problem!r}"}
        return self.reply(200, answer)

    def reply(self, status, answer):
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        """Every verb logs for itself."""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8080)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", parser.parse_args().port), Webhook)
    log(f"my-scheduler-extender listens on port {server.server_port}.")
    server.serve_forever()


if __name__ == "__main__":
    main()
