"""The Chinese catalogue of the window: one .ts beside each module that speaks, all of them in one .qm.

python installer/translations.py            update: new texts are added unfinished, gone ones removed
python installer/translations.py --check    fails when a text is unfinished or the catalogue is stale
"""

from __future__ import annotations

import filecmp
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "desktop" / "ui"
CATALOGUE = ROOT / "resources" / "translations"
COMPILED = "liandong_zh_CN.qm"
_SPEAKS = re.compile(r"\btr\(|\btranslate\(")


def _tool(name: str, *arguments: str | Path) -> None:
    command = [str(Path(sys.executable).with_name(f"pyside6-{name}")), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own tool
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)


def _update(folder: Path) -> list[str]:
    """Brings the .ts files in ``folder`` up to date; returns the names that belong there."""
    names = []
    for path in sorted(SOURCES.rglob("*.py")):
        if _SPEAKS.search(path.read_text("utf-8")):
            name = "-".join(path.relative_to(SOURCES).with_suffix("").parts) + ".ts"
            options = ["-no-obsolete", "-locations", "none", "-silent"]
            languages = ["-source-language", "en", "-target-language", "zh_CN"]
            _tool("lupdate", path, *options, *languages, "-ts", folder / name)
            names.append(name)
    for gone in {path.name for path in folder.glob("*.ts")} - set(names):
        (folder / gone).unlink()
    return names


def _compile(folder: Path, names: list[str]) -> None:
    if names:
        _tool("lrelease", "-silent", *[folder / name for name in names], "-qm", folder / COMPILED)


def _unfinished(folder: Path, names: list[str]) -> list[str]:
    return [name for name in names if 'type="unfinished"' in (folder / name).read_text("utf-8")]


def check() -> list[str]:
    """What is wrong with the catalogue, in words."""
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        for path in CATALOGUE.glob("*.ts"):
            shutil.copyfile(path, folder / path.name)
        names = _update(folder)
        _compile(folder, names)
        known = {path.name for path in (*CATALOGUE.glob("*.ts"), *CATALOGUE.glob("*.qm"))}
        fresh = {*names, COMPILED} if names else set()
        stale = [name for name in fresh & known if not _same(CATALOGUE / name, folder / name)]
        faults = [f"{name}: not translated in full" for name in _unfinished(folder, names)]
        faults += [f"{name}: stale" for name in stale] + [f"{name}: missing" for name in fresh - known]
        return sorted(faults + [f"{name}: left over" for name in known - fresh])


def _same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and filecmp.cmp(one, other, shallow=False)


def main() -> None:
    """Updates the catalogue, or checks it."""
    if "--check" in sys.argv[1:]:
        faults = check()
        sys.stdout.write("".join(f"{fault}\n" for fault in faults))
        sys.exit(bool(faults))
    names = _update(CATALOGUE)
    _compile(CATALOGUE, names)
    for name in _unfinished(CATALOGUE, names):
        sys.stdout.write(f"{name}: not translated in full\n")


if __name__ == "__main__":
    main()
