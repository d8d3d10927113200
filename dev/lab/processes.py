"""Start a program, wait until it answers, and stop it: only what was started here."""

import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from dev.lab import alive, paths
from dev.lab.commands import Command, last_words
from dev.lab.errors import LabError
from dev.lab.terminal import Step

PATIENCE = 120.0
GRACE = 10.0


class Service:
    """A program that runs until it is stopped."""

    def __init__(
        self,
        name: str,
        command: Command,
        *,
        env: Mapping[str, str],
        folder: Path,
    ) -> None:
        """Start the program in a session of its own: Ctrl-C is ours to pass on."""
        self.name = name
        self.log = paths.folder(folder) / f"{name}.log"
        self._crew = folder / "processes"
        with self.log.open("w") as output:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=paths.REPO,
                start_new_session=True,
            )
        alive.sign_in(self._crew, self._process.pid)

    def check(self) -> None:
        """Complain with the end of its log if the program has died."""
        code = self._process.poll()
        if code is not None:
            end = last_words(self.log)
            raise LabError(f"{self.name} ended by itself (exit code {code}). {end}")

    def wait_until(self, ready: Callable[[], bool], step: Step) -> None:
        """Wait until the program answers."""
        while not ready():
            self.check()
            if step.seconds > PATIENCE:
                raise LabError(f"{self.name} does not answer. {last_words(self.log)}")
            step.news(f"waiting for {self.name}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Ask the program to end, insist if it does not."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(GRACE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        alive.sign_out(self._crew, self._process.pid)


def stop_left_over(folder: Path) -> list[int]:
    """Stop the programs of an earlier run that was killed before it could."""
    crew = folder / "processes"
    pids = alive.present(crew)
    processes = [psutil.Process(pid) for pid in pids]
    for process in processes:
        process.terminate()
    _, stubborn = psutil.wait_procs(processes, timeout=GRACE)
    for process in stubborn:
        process.kill()
    for pid in pids:
        alive.sign_out(crew, pid)
    return pids
