"""An extender webhook that judges evictions only, as it is told to; it keeps what it was asked."""
import http.server
import json
import threading


class EvictionWebhook:
    """`answer` takes the node names with the victims of each (by uid, or the whole pods) and returns an answer's
    NodeNameToMetaVictims; a number instead is an HTTP status."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"
        self.answer = all_of_them
        self.asked = []  # (pod, {node: (how many victims, budgets that they violate)}, whether whole pods were sent)
        webhook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                args = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                proposed = args.get("NodeNameToMetaVictims") or args.get("NodeNameToVictims") or {}
                webhook.note(args["Pod"]["metadata"]["name"], proposed, bool(args.get("NodeNameToVictims")))
                said = webhook.answer({node: victims["Pods"] for node, victims in proposed.items()})
                status, body = (said, "no") if isinstance(said, int) else (200, json.dumps({"NodeNameToMetaVictims": said}))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def note(self, pod, proposed, whole):
        self.asked.append((pod, {node: (len(victims["Pods"]), victims.get("NumPDBViolations", 0))
                                 for node, victims in sorted(proposed.items())}, whole))

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


def uids(victims):
    return {"Pods": [{"UID": pod.get("UID") or pod["metadata"]["uid"]} for pod in victims]}


def all_of_them(proposed):
    return {node: uids(victims) for node, victims in proposed.items()}


def last_of_them(proposed):
    return {node: uids(proposed[node]) for node in sorted(proposed)[-1:]}
