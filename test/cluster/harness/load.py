"""Making many objects quickly, through whatever happens to the API server meanwhile."""
import http.client
import threading
import time

from harness.api import ApiError
from harness.wait import Failure

PATIENCE = 60  # seconds that one create may go on failing


def create_all(api, path, objects, workers=4, rate=None):
    """Creates every object, from several threads, each with a connection of its own. What is there already is fine: the
    server may have died between its deed and its word. With a rate: one each 1/rate seconds, whatever the answers take."""
    numbered = list(enumerate(objects))
    failures = []
    began = time.monotonic()

    def work(mine):
        try:
            for position, one in mine:
                if rate is not None:
                    time.sleep(max(0.0, began + position / rate - time.monotonic()))
                create_surely(api, path, one)
        except Exception as error:  # told by the thread that waits
            failures.append(error)

    threads = [threading.Thread(target=work, args=(numbered[start::workers],), daemon=True) for start in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise Failure(f"creating objects: {failures[0]}")


def create_surely(api, path, one, patience=PATIENCE):
    deadline = time.monotonic() + patience
    while True:
        try:
            return api.create(path, one)
        except ApiError as error:
            if error.code == 409:
                return None
            if error.code not in (401, 403, 429, 500, 503, 504) or time.monotonic() > deadline:
                raise
        except (OSError, http.client.HTTPException) as error:
            if time.monotonic() > deadline:
                raise Failure(f"no answer for {patience} s: {error}") from error
        time.sleep(0.1)
