"""A tool that is a program: one process for each file, its start included, as with ours."""

import os
import shutil
import subprocess
from pathlib import Path

import runner


class Program:
    """Runs a program for each file, and remembers the peak memory of the last run."""

    def __init__(self, name: str, advice: str) -> None:
        found = shutil.which(name)
        if found is None:
            runner.missing(f"{name} is not installed: {advice}")
        self.path = str(found)
        self.peak = 0.0

    def version(self, flag: str) -> str:
        done = subprocess.run([self.path, flag], capture_output=True, text=True, check=False)
        return (done.stdout or done.stderr).splitlines()[0].split()[-1]

    def output(self, *args: str) -> str:
        child = subprocess.Popen([self.path, *args], stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE)
        assert child.stdout is not None and child.stderr is not None
        try:
            text = child.stdout.read()
            said = child.stderr.read()
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        except runner.Deadline:
            child.kill()
            child.wait()
            raise
        self.peak = usage.ru_maxrss / 1024
        if child.returncode != 0:
            lines = said.decode("utf-8", "replace").strip().splitlines()
            raise RuntimeError(lines[-1] if lines else f"exit code {child.returncode}")
        return text.decode("utf-8", "replace")
