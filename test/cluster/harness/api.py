"""A small Kubernetes client: keep-alive HTTPS, JSON in and out, a watch as a generator. For what kubectl is too slow for."""
import http.client
import json
import ssl
import threading
import time
import urllib.parse

IDLE_SECONDS = 60  # the API server closes a connection that was not used for 90


class ApiError(Exception):
    def __init__(self, code, body):
        super().__init__(f"{code}: {body[:300]}")
        self.code = code
        self.body = body


class Api:
    """One connection per thread. A certificate (file, key) or a bearer token says who asks."""

    def __init__(self, port, authority, certificate=None, token=None):
        self.port = port
        self.context = ssl.create_default_context(cafile=authority)
        if certificate:
            self.context.load_cert_chain(*certificate)
        self.token = token
        self.local = threading.local()

    def connection(self, timeout=30):
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context, timeout=timeout)

    def headers(self, content_type=None):
        headers = {"Accept": "application/json"}
        if content_type:
            headers["Content-Type"] = content_type
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        return headers

    def request(self, method, path, body=None, content_type="application/json"):
        """The answer as an object; ApiError for 4xx and 5xx; OSError or HTTPException where there is no answer."""
        connection = getattr(self.local, "connection", None)
        if connection and time.monotonic() - self.local.used > IDLE_SECONDS:
            connection.close()
            connection = None
        if connection is None:
            connection = self.local.connection = self.connection()
        self.local.used = time.monotonic()
        data = None if body is None else json.dumps(body).encode()
        try:
            connection.request(method, path, data, self.headers(content_type if data else None))
            response = connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException):
            connection.close()
            self.local.connection = None
            raise
        if response.status >= 400:
            raise ApiError(response.status, text)
        return json.loads(text) if text.startswith("{") else text

    def get(self, path):
        return self.request("GET", path)

    def is_known(self):
        """Whether the server takes our certificate or token: it answers nodes, or 401 and nothing else."""
        try:
            self.get("/api/v1/nodes")
            return True
        except ApiError as error:
            if error.code == 401:
                return False
            raise

    def create(self, path, body):
        return self.request("POST", path, body)

    def delete(self, path):
        return self.request("DELETE", path)

    def merge(self, path, body):
        return self.request("PATCH", path, body, "application/merge-patch+json")

    def apply(self, path, body):
        """Creates it, or puts it in the place of what is there."""
        try:
            return self.create(path, body)
        except ApiError as error:
            if error.code != 409:
                raise
            return self.request("PUT", f"{path}/{body['metadata']['name']}", body)

    def watch(self, path, resource_version="", seconds=600, **more):
        """Yields (type, object) until the server ends the watch or the connection breaks (OSError, HTTPException)."""
        query = {"watch": "true", "resourceVersion": resource_version, "timeoutSeconds": str(seconds), **more}
        connection = self.connection(timeout=seconds + 30)
        try:
            connection.request("GET", f"{path}?{urllib.parse.urlencode(query)}", headers=self.headers())
            response = connection.getresponse()
            if response.status >= 400:
                raise ApiError(response.status, response.read().decode())
            while line := response.readline():
                event = json.loads(line)
                yield event["type"], event["object"]
        finally:
            connection.close()
