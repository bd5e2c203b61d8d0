"""`make reset`: deletes the demo's data, which is everything under var/."""

from __future__ import annotations

import shutil
import sys

from deploy.dev import kept
from deploy.dev.serving import VAR, hold


def main() -> None:
    if not VAR.exists():
        print("Nothing to delete:", VAR, "does not exist.")
        return
    # A folder named by GONGYI_VAR may be anything: only one that the demo made is deleted.
    if not (VAR / "secret_key").exists() and any(VAR.iterdir()):
        sys.exit(f"{VAR} has no secret_key, so no demo made it; nothing was deleted.")
    held = hold(VAR)
    if held is None:
        sys.exit(f"A demo is running on {VAR}. Stop it first (Ctrl-C where it runs).")
    with held:
        shutil.rmtree(VAR)
    print("Deleted:", VAR)
    if kept.folder().exists():
        shutil.rmtree(kept.folder())
        print("Deleted:", kept.folder())


if __name__ == "__main__":
    main()
