"""A working folder with Chinese and a blank in its name, and files opened without saying their encoding: on other machines either goes wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys, warnings
warnings.filterwarnings("error", category=EncodingWarning, module=r"regio(\\.|$)")
if sys.argv[1:] == ["probe"]:  # a module of Regio that forgets to say the encoding
    exec(compile("open(__file__)", "probe.py", "exec"), {"__name__": "regio.probe", "__file__": __file__})
    sys.exit(0)
from regio.cli.app import start
code = start(["run", "us-public-capital"])
code = code or start(["status", "us-public-capital"])
code = code or start(["explain", "us-public-capital", "within/coefficients/log_public/(1)", "--language", "zh"])
sys.exit(code)
"""


def started(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program in a folder, where Python warns of each file that is opened without an encoding."""
    program = folder / "程序.py"
    program.write_text(PROGRAM, encoding="utf-8")
    command = [sys.executable, "-X", "warn_default_encoding", str(program), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)


def test_a_file_opened_without_its_encoding_would_be_found(tmp_path: Path) -> None:
    done = started(tmp_path, "probe")
    assert done.returncode == 1
    assert "EncodingWarning" in done.stderr


def test_a_study_in_a_chinese_folder(tmp_path: Path) -> None:
    folder = tmp_path / "用户" / "论文 1"
    folder.mkdir(parents=True)
    done = started(folder)
    assert done.returncode == 0, done.stderr
    assert "All 12 steps are up to date." in done.stdout
    assert "步骤“within”：regress" in done.stdout
    out = folder / "runs" / "us-public-capital"
    assert json.loads((out / "results.json").read_text(encoding="utf-8"))["study"] == "us-public-capital"
    assert (out / "report.html").is_file()
