"""A program under test or beneath it: started in a group of its own, its output in a file, gone when the runner is gone.

Start processes from the main thread only: the kernel's parent-death signal follows the thread that forked."""
import os
import signal
import subprocess

from harness.wait import until


class Process:
    def __init__(self, name, command, folder, environment=None):
        self.name = name
        self.command = [str(word) for word in command]
        self.log_path = os.path.join(folder, f"{name}.log")
        self.environment = environment
        self.process = None
        self.start()

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *self.command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, env=self.environment)

    @property
    def pid(self):
        return self.process.pid

    def exit_code(self):
        """None while it runs."""
        return self.process.poll()

    def running(self):
        return self.exit_code() is None

    def signal(self, number):
        if self.running():
            os.killpg(self.pid, number)

    def kill(self):
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds=15):
        """Asks it to end, waits, and returns its exit code; kills it when it does not end."""
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return log.read()

    def log_tail(self, lines=25):
        return "\n".join(line[:400] for line in self.log().splitlines()[-lines:])

    def wait_for_log(self, text, seconds):
        until(lambda: text in self.log() or not self.running(), seconds, f"{self.name} did not print {text!r}")

    # What the kernel knows of it. Used by the figures, so nothing a process says of itself is trusted.

    def cpu_seconds(self):
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def threads(self):
        return len(os.listdir(f"/proc/{self.pid}/task"))

    def open_files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def peak_memory_mib(self):
        return self._status_mib("VmHWM:")

    def memory_mib(self):
        """What is resident now."""
        return self._status_mib("VmRSS:")

    def _status_mib(self, field):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith(field):
                    return int(line.split()[1]) / 1024
        return 0.0
