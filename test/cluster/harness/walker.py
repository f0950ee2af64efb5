"""Does what a page tells its reader to do, in a shell whose directory and variables last from one command to the next."""
import itertools
import os
import re
import shlex
import subprocess
import time

from harness.comparison import difference, missing_in_order
from harness.page import BadPage, steps
from harness.processes import Process
from harness.wait import Failure, expect

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
COMMAND_SECONDS = 120
PATIENCE = 30  # seconds, for what a read-only command shows to become true
# Asked again while the answer is not the expected one: whatever changes nothing.
READ_ONLY = re.compile(r"(kubectl (get|describe|logs|events|top)|berth (trace|explain)|curl|grep|cat|tail|head|ls)\b")
CHANGES = re.compile(r"\bcurl\b.*(-X *(?!GET)|-d\b|--data|-T\b)")
NUMBERS = itertools.count(1)
KEEP_STATE = '\ncode=$?; { pwd; env -0; } > "$WALKER_STATE"; exit $code'


def read_only(command):
    return bool(READ_ONLY.match(command)) and not CHANGES.search(command)


class Walker:
    """`programs` maps a name to its executable; they are all that a page finds beside the system's own."""

    def __init__(self, folder, programs, kubeconfig=None):
        self.folder = folder
        self.state_file = os.path.join(folder, "walker-state")
        self.directory = ROOT
        self.background = []
        commands = os.path.join(folder, "bin")
        os.makedirs(commands, exist_ok=True)
        for name, program in programs.items():
            link = os.path.join(commands, name)
            if not os.path.lexists(link):
                os.symlink(program, link)
        self.environment = {"PATH": f"{commands}:{os.environ['PATH']}", "HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8",
                            "WALKER_STATE": self.state_file}
        if kubeconfig:
            self.environment["KUBECONFIG"] = kubeconfig

    def walk(self, path, where):
        """Runs a page, given by its path from the root. Failure says page, line, command, expected and got."""
        with open(os.path.join(ROOT, path), encoding="utf-8") as page:
            try:
                todo = steps(page.read(), path, where)
            except BadPage as problem:
                raise Failure(str(problem)) from None
        try:
            for step in todo:
                self._take(step, path)
                self._check_background(path)
        except Failure as problem:
            logs = [f"--- the end of what `{command}` printed\n{process.log_tail()}" for _, command, process in self.background]
            raise Failure("\n".join([str(problem), *logs])) from None
        finally:
            codes = self._stop_background()
        for command, code in codes:
            # -15: a program that leaves SIGTERM to the system, as most do.
            expect(code in (0, -15, 143), f"{path}: told to stop, `{command}` exited with {code}")
        return len(todo)

    def _take(self, step, path):
        if step.command.endswith(" &"):
            self._start(step, path)
            return
        deadline = time.monotonic() + PATIENCE
        while True:
            code, got = self._run(step.command) if step.command else self._printed(step, path)
            wrong = difference(step.expected, got) if step.command else missing_in_order(step.expected, got)
            if wrong is None and code and not step.expected:
                wrong = f"exit code {code}"
            if wrong is None:
                return
            self._check_background(path)
            again = not step.command or read_only(step.command)
            if not again or time.monotonic() > deadline:
                raise Failure(_report(path, step, wrong, got, PATIENCE if again else 0))
            time.sleep(0.3)

    def _run(self, command):
        try:
            done = subprocess.run(["bash", "-c", "set -a\n" + command + KEEP_STATE], cwd=self.directory, env=self.environment,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=COMMAND_SECONDS)
        except subprocess.TimeoutExpired as problem:
            return 124, [*(problem.stdout or b"").decode(errors="replace").splitlines(), f"(ended after {COMMAND_SECONDS} s)"]
        self._keep_state()
        return done.returncode, done.stdout.decode(errors="replace").splitlines()

    def _keep_state(self):
        if not os.path.exists(self.state_file):
            return  # It left by `exit`.
        with open(self.state_file, encoding="utf-8", errors="surrogateescape") as file:
            self.directory, _, variables = file.read().partition("\n")
        os.remove(self.state_file)
        self.environment = dict(pair.split("=", 1) for pair in variables.split("\0") if "=" in pair)

    def _start(self, step, path):
        expect(not step.expected, f"{path}:{step.line}: a command in the background has its output in a ```log block")
        command = step.command[:-2]
        change = f"cd {shlex.quote(self.directory)} && exec bash -c {shlex.quote(command)}"
        process = Process(f"page-{next(NUMBERS)}", ["bash", "-c", change], self.folder, self.environment)
        self.background.append((step, command, process))

    def _printed(self, step, path):
        expect(self.background, f"{path}:{step.line}: a ```log block, and nothing was started in the background")
        return 0, self.background[-1][2].log().splitlines()

    def _check_background(self, path):
        for step, command, process in self.background:
            code = process.exit_code()
            if code:
                raise Failure(f"{path}:{step.line}: `{command}` ended with exit code {code}")

    def _stop_background(self):
        stopped = [(command, process.stop() if process.running() else process.exit_code())
                   for _, command, process in reversed(self.background)]
        self.background = []
        return stopped


def _report(path, step, wrong, got, seconds):
    what = f"$ {step.command}" if step.command else "the log of what runs in the background"
    after = f" (asked again for {seconds} s)" if seconds else ""
    return "\n".join([f"{path}:{step.line}: {what}{after}", wrong, "--- expected", *step.expected, "--- got", *got])
