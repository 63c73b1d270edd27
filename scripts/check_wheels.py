"""Whether every locked dependency has a binary wheel for Linux, macOS and Windows: a dry run of the installer for each platform.

Run as: python scripts/check_wheels.py [requirements/run.txt]. Needs uv; nothing is installed. Exit code 1 where a platform lacks a wheel.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

PLATFORMS = (
    "x86_64-manylinux_2_28",
    "aarch64-manylinux_2_28",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
)
ROOT = Path(__file__).parents[1]


def dry_run(lock: Path, platform: str, target: str) -> tuple[bool, str]:
    """Whether the lock installs from wheels alone, and the last lines of what the installer said."""
    command = [sys.executable, "-m", "uv", "pip", "install", "--dry-run", "--only-binary", ":all:", "--require-hashes", "--python-version", "3.11"]
    command += ["--python-platform", platform, "--target", target, "--requirement", str(lock)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.returncode == 0, done.stderr.strip().splitlines()[-1] if done.stderr.strip() else ""


def main() -> int:
    lock = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "requirements" / "run.txt"
    failed = 0
    with TemporaryDirectory() as target:
        for platform in PLATFORMS:
            fine, said = dry_run(lock, platform, target)
            failed += not fine
            print(f"{'wheels' if fine else 'NO WHEEL':<9} {platform:<24} {'' if fine else said}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
