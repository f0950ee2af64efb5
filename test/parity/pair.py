"""The two judges as child programs: kube-scheduler's code (oracle) and berth (parity_judge), a line each way."""

import json
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Child:
    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.process.args[0]} ended, asked: {line[:2000]}")
        return answer.decode().rstrip("\n")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Pair:
    """Asks the oracle, then berth how its own judgement compares."""

    def __init__(self, oracle, judge):
        configs = str(HERE / "configs")
        self.oracle = Child(str(oracle), "-configs", configs)
        self.judge = Child(str(judge), configs)

    def verdicts(self, question):
        """The oracle's answer: {"verdicts": [...]} or {"error": "..."}."""
        return json.loads(self.oracle.ask(json.dumps(question)))

    def compare(self, question):
        """What parity_judge says, with "differences"; None where kube-scheduler refuses the question."""
        line = json.dumps(question)
        answer = self.oracle.ask(line)
        if answer.startswith('{"error"'):
            return None
        if answer == "{}":  # nobody waits
            answer = '{"verdicts":[]}'
        return json.loads(self.judge.ask(line[:-1] + "," + answer[1:]))

    def close(self):
        self.oracle.close()
        self.judge.close()
