"""etcd asked directly, through its JSON gateway: for what would take minutes by way of the API server, which notices at once,
as it watches etcd."""
import base64
import json
import urllib.request

OPERATIONS = 120  # in one transaction; etcd refuses more than 128


def encoded(text):
    return base64.b64encode(text.encode()).decode()


class Etcd:
    def __init__(self, port):
        self.base = f"http://127.0.0.1:{port}/v3/"

    def ask(self, path, body):
        request = urllib.request.Request(self.base + path, json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)

    def put_all(self, pairs):
        """(key, text) each. The API server reads objects in JSON as well as those that it wrote itself."""
        batch = []
        for key, text in pairs:
            batch.append({"requestPut": {"key": encoded(key), "value": encoded(text)}})
            if len(batch) == OPERATIONS:
                self.ask("kv/txn", {"success": batch})
                batch = []
        if batch:
            self.ask("kv/txn", {"success": batch})

    def delete_all(self, prefix):
        """Whatever begins with it. Finalizers and grace periods are not asked. Returns how many went."""
        answer = self.ask("kv/deleterange", {"key": encoded(prefix), "range_end": encoded(after(prefix))})
        return int(answer.get("deleted", 0))


def after(prefix):
    """The first key behind all that begin with it."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)
