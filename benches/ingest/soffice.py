"""LibreOffice without a face: many files in one process, because it starts slowly."""

import shutil
import subprocess
import tempfile
from pathlib import Path

# More would make one command line too long, and one crash too dear.
BATCH = 40


def convert(files: list[Path], target: str, folder: Path) -> list[Path]:
    """Converts every file into the folder. `target` is an extension, or `extension:filter`."""
    program = shutil.which("soffice")
    if program is None:
        raise SystemExit("soffice is missing: install LibreOffice (writer, calc and impress)")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        command = [program, f"-env:UserInstallation=file://{profile}", "--headless",
                   "--convert-to", target, "--outdir", str(folder)]
        for at in range(0, len(files), BATCH):
            batch = [str(file) for file in files[at:at + BATCH]]
            subprocess.run([*command, *batch], check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, timeout=1800)
    made = [folder / f"{file.stem}.{target.split(':')[0]}" for file in files]
    lost = [file.name for file in made if not file.exists()]
    if lost:
        raise SystemExit(f"LibreOffice did not write {', '.join(lost)}")
    return made
