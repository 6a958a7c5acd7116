"""What every runner does: take files, time the tool on each, print blocks as JSON lines.

A runner is started once for all its files, so that imports and start-up are not counted against
the tool; it reads the first file once beforehand, unmeasured. Timed is the tool's own work only:
turning what it gives into our blocks is not. Files above 100 KB are read as often
as fits into two seconds, at most 15 times, and their time is the median: what has just been read
for the first time is slower, in every language, and machines are uneven.
"""

import json
import resource
import signal
import sys
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import TypeVar

# No tool takes longer over a file that belongs in an automatic pipeline.
DEADLINE_SECONDS = 300
LARGE_BYTES = 100_000
ROUNDS_MAX = 15
ROUNDS_SECONDS = 2
# What a runner's process says when its tool is not installed.
EXIT_MISSING = 3

Blocks = list[dict]
T = TypeVar("T")


class Deadline(Exception):
    pass


def missing(what: str) -> None:
    print(what, file=sys.stderr)
    raise SystemExit(EXIT_MISSING)


def version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        missing(f"the Python package {package} is not installed")
        raise


def run(tool: str, release: str, types: list[str], read: Callable[[Path], T],
           blocks: Callable[[T], Blocks], peak: Callable[[], float] | None = None) -> None:
    """`read` is timed; `blocks` makes of what it gave our blocks. `types` is what it can tell."""
    if sys.argv[1:] == ["--once"]:
        # Whoever started this process times it from its start to its end.
        read(Path(sys.stdin.readline().strip()))
        return
    emit({"tool": tool, "version": release, "types": types})
    files = [Path(name) for name in sys.stdin.read().splitlines()]
    signal.signal(signal.SIGALRM, on_alarm)
    for at, file in enumerate(files):
        if at == 0:
            attempt(file, read)
        forget_peak()
        found, seconds, error = attempt(file, read)
        peak_rss_mb = peak() if peak else peak_mb()
        rounds = [seconds]
        while error is None and is_large(file) and more(rounds):
            rounds.append(attempt(file, read)[1])
        facts: dict = {"tool": tool, "file": str(file), "seconds": median(rounds),
                       "peak_rss_mb": peak_rss_mb}
        if error is None:
            facts["blocks"] = blocks(found)
        else:
            facts |= {"error": error, "blocks": []}
        emit(facts)


def is_large(file: Path) -> bool:
    return file.stat().st_size > LARGE_BYTES


def more(rounds: list[float]) -> bool:
    return len(rounds) < ROUNDS_MAX and sum(rounds) < ROUNDS_SECONDS


def attempt(file: Path, read: Callable[[Path], T]) -> tuple[T | None, float, str | None]:
    signal.alarm(DEADLINE_SECONDS)
    begun = time.perf_counter()
    try:
        found = read(file)
        return found, time.perf_counter() - begun, None
    except Exception as error:  # noqa: BLE001: whatever a tool throws is its result
        said = f"{type(error).__name__}: {error}".split("\n")[0]
        return None, time.perf_counter() - begun, said[:200]
    finally:
        signal.alarm(0)


def on_alarm(*_: object) -> None:
    raise Deadline(f"no answer within {DEADLINE_SECONDS} s")


def emit(facts: dict) -> None:
    print(json.dumps(facts, ensure_ascii=False), flush=True)


def forget_peak() -> None:
    """Linux starts the peak of this process anew; elsewhere it is that of all files so far."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass


def peak_mb() -> float:
    try:
        status = Path("/proc/self/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
