"""An extender webhook that can be told to misbehave. It is sent names of nodes, keeps the last one and likes it best."""
import http.server
import json
import threading
import time

HUGE = '{"NodeNames":["' + "x" * (20 * 2**20) + '"]}'


def last_node(names):
    return {"nodenames": names[-1:], "FAILEDNODES": {name: "not the last one" for name in names[:-1]}}


class Webhook:
    """Listens on `port`; `how` is the way in which it answers /filter from now on."""

    def __init__(self, port):
        self.url, self.how, self.served = f"http://127.0.0.1:{port}", "well", 0
        self._port = port
        self._server = None
        self.start()

    def start(self):
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self._port), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def _handler(self):
        webhook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                args = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                webhook.served += 1
                names = args["NodeNames"]
                if self.path != "/filter":
                    return self.reply(200, json.dumps([{"hOST": names[-1], "score": 10}]))
                return getattr(self, webhook.how)(names)

            def reply(self, status, text, **headers):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                try:
                    self.wfile.write(text.encode())
                except OSError:
                    pass  # the other side has had enough

            def well(self, names):
                self.reply(200, json.dumps(last_node(names)))

            def refusing(self, names):
                self.reply(200, json.dumps({"NodeNames": [], "FailedNodes": {name: "no licence" for name in names}}))

            def slow(self, names):
                time.sleep(5)
                self.well(names)

            def unknown_node(self, names):
                self.reply(200, json.dumps({"NodeNames": names + ["node-z"]}))

            def huge(self, _):
                self.reply(200, HUGE)

            def broken(self, _):
                self.reply(500, "Traceback (most recent call last)")

            def elsewhere(self, _):
                self.reply(307, "", Location="http://127.0.0.1:1/filter")

            def html(self, _):
                self.reply(200, "<html>hello</html>")

            def half(self, names):
                text = json.dumps(last_node(names))
                self.send_response(200)
                self.send_header("Content-Length", str(2 * len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def sorry(self, _):
                self.reply(200, json.dumps({"error": "out of order"}))

            def log_message(self, *_):
                pass

        return Handler
