"""Control planes, one ahead: while a scenario runs on one, the next one starts, for it takes many seconds to be ready."""
import shutil
import tempfile

from harness.control_plane import ControlPlane


class Planes:
    """`wanted` scenarios are to come, at most: for the last of them nothing is started ahead."""

    def __init__(self, programs, wanted=1):
        self.programs = programs
        self.wanted = wanted
        self.spare = None

    def take(self):
        """A fresh control plane that answers. It is the caller's: to be stopped, and its folder removed."""
        plane, self.spare = self.spare or self._start(), None
        try:
            plane.wait_ready()
        except Exception:
            shutil.rmtree(plane.folder, ignore_errors=True)
            raise
        if self.wanted > 1:
            self.spare = self._start()
        return plane

    def scenario_ended(self):
        """Whether it needed a control plane or not."""
        self.wanted -= 1

    def close(self):
        if self.spare:
            self.spare.stop()
            shutil.rmtree(self.spare.folder, ignore_errors=True)

    def _start(self):
        return ControlPlane(self.programs, tempfile.mkdtemp(prefix="berth-plane-"))

