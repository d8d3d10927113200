"""Run a program to its end, with progress on the terminal and its output in a log."""

import os
import queue
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dev.lab import paths
from dev.lab.errors import LabError
from dev.lab.terminal import Step

Command = Sequence[str | Path]


@dataclass(frozen=True)
class Program:
    """A program to run once: its output goes to a log, its latest line to the step."""

    command: Command
    log: str
    env: Mapping[str, str] | None = None
    cwd: Path = paths.REPO
    stdin: str = ""
    doing: str = "working"
    progress: Callable[[str], str] = str

    def run(self, step: Step) -> str:
        """Return the program's output; complain with its last lines if it fails."""
        code, output = self.attempt(step)
        if code:
            raise LabError(
                f"{self.name} failed with exit code {code}. {last_words(self.log_file)}"
            )
        return output

    def attempt(self, step: Step) -> tuple[int, str]:
        """Return the program's exit code and output."""
        with subprocess.Popen(
            [str(part) for part in self.command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=self.env,
            cwd=self.cwd,
        ) as process:
            try:
                output = self._attend(process, step)
            except BaseException:
                process.terminate()
                process.wait()
                raise
        return process.returncode, output

    @property
    def name(self) -> str:
        """Return what people call the program."""
        return Path(self.command[0]).name

    @property
    def log_file(self) -> Path:
        """Return where the program's output is kept."""
        file = paths.LOGS / f"{self.log}.log"
        paths.folder(file.parent)
        return file

    @property
    def where(self) -> str:
        """Return where that is, as a person in the repository would type it."""
        return os.path.relpath(self.log_file, paths.REPO)

    def _attend(self, process: "subprocess.Popen[str]", step: Step) -> str:
        """Give the program its input, log its lines and tell the latest as news."""
        if process.stdin:
            process.stdin.write(self.stdin)
            process.stdin.close()
        lines: list[str] = []
        doing = self.doing
        with self.log_file.open("w") as log:
            for line in _lines_and_silences(process):
                lines.append(line)
                log.write(line)
                doing = self.progress(line.strip()) or doing
                step.news(doing)
        return "".join(lines)


def last_words(log: Path, count: int = 15) -> str:
    """Quote the end of a log and say where the rest is."""
    lines = log.read_text(errors="replace").splitlines()[-count:]
    quoted = "\n".join(f"    {line}" for line in lines)
    where = os.path.relpath(log, paths.REPO)
    return f"Its last lines:\n{quoted}\n  All of them are in {where}"


def _lines_and_silences(process: "subprocess.Popen[str]") -> Iterator[str]:
    """Iterate over a program's lines, with an empty text for a second of silence."""
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_read, args=(process, lines), daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=1)
        except queue.Empty:
            line = ""
        if line is None:
            return
        yield line


def _read(process: "subprocess.Popen[str]", lines: "queue.Queue[str | None]") -> None:
    """Move a program's lines into a queue, and an end mark after the last."""
    with suppress(ValueError):  # an interruption has closed the pipe
        for line in process.stdout or ():
            lines.put(line)
    lines.put(None)
