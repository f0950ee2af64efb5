"""A server that is not an API server: it answers every request with a page of HTML, as a proxy's login page would."""
import http.server
import threading

PAGE = b"<!DOCTYPE html><html><head><title>Please log in</title></head><body>" + b"<p>Welcome.</p>" * 50 + b"</body></html>"


class _Page(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET

    def log_message(self, *_):
        pass


def serve_pages():
    """Returns the server; its port is server_port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
