"""Waiting for something to become true, with a deadline and a sentence for when it does not."""
import time


class Failure(Exception):
    """What a scenario says when berth, or the control plane, did not do what it must."""


def expect(truth, sentence):
    if not truth:
        raise Failure(sentence)


def until(question, seconds, sentence, every=0.05):
    """Asks until the answer is true and returns it. `sentence` may be a function, asked when the time is up."""
    deadline = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise Failure(f"after {seconds} s: {sentence() if callable(sentence) else sentence}")
        time.sleep(every)


def never(question, seconds, sentence, every=0.1):
    """Asks for `seconds` and fails as soon as the answer is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        expect(not question(), sentence)
        time.sleep(every)
