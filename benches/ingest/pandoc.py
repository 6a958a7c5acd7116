"""Pandoc as a writer: from our HTML to what it is good at."""

import shutil
import subprocess
from pathlib import Path


def convert(source: Path, target: Path, *more: str) -> None:
    program = shutil.which("pandoc")
    if program is None:
        raise SystemExit("pandoc is missing: install it with your package manager")
    subprocess.run([program, str(source), "-o", str(target), *more], check=True, timeout=600,
                   stderr=subprocess.DEVNULL)
