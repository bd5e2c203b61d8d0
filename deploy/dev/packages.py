"""Debian packages, installed where this user may: as root, or through sudo without a password."""

from __future__ import annotations

import os
import shutil
import subprocess


def privilege() -> list[str] | None:
    """The words to put before apt-get; None where this user may not install."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if allowed.returncode == 0 else None


def command_for(names: list[str]) -> str:
    """What a person types to install these packages."""
    return "sudo apt-get install " + " ".join(names)


def install(names: list[str]) -> bool:
    """Installs the packages with one update before; False where that is not allowed or fails."""
    before = privilege()
    if before is None:
        return False
    print(f"Installing Debian packages: {' '.join(names)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    steps = (
        ["apt-get", "-q", "update"],
        ["apt-get", "-q", "-y", "--no-install-recommends", "install", *names],
    )
    for step in steps:
        done = subprocess.run(
            before + step, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            print(done.stdout[-1500:] + done.stderr[-1500:], flush=True)
            return False
    return True
