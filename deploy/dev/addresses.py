"""No tracked file names the host of a package registry: where packages come from is each
machine's own setting."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator

from deploy.dev.environment import ROOT
from deploy.dev.verdict import Verdict, failed, passed

# In pieces, so that this file does not name them either.
HOSTS = (
    ("py" + "pi", "org"),
    ("py" + "pi", "tuna"),
    ("python" + "hosted", "org"),
    ("npm" + "js", "org"),
    ("npm" + "mirror", "com"),
    ("yarn" + "pkg", "com"),
    ("un" + "pkg", "com"),
    ("js" + "delivr", "net"),
    ("repo1.mav" + "en", "org"),
    ("mav" + "en", "apache"),
    ("deb.deb" + "ian", "org"),
    ("mirrors.ali" + "yun", "com"),
    ("mirrors.tuna.tsing" + "hua", "edu"),
    ("docker" + "hub", "com"),
)
PATTERN = re.compile("|".join(re.escape(".".join(host)) for host in HOSTS), re.IGNORECASE)
LARGEST = 5_000_000  # bytes; larger files are data, not text that somebody wrote


def named_hosts(texts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """`path:line: host` for each host named in the (path, text) pairs."""
    for path, text in texts:
        for number, line in enumerate(text.splitlines(), 1):
            found = PATTERN.search(line)
            if found:
                yield f"{path}:{number}: names {found.group()}"


def tracked_texts() -> Iterator[tuple[str, str]]:
    """Every text file that git tracks."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file() and path.stat().st_size < LARGEST:
            yield name, path.read_bytes().decode(errors="replace")


def no_package_host(_python: str, _environment: dict[str, str]) -> Verdict:
    found = list(named_hosts(tracked_texts()))
    return failed("\n".join(found)) if found else passed("no file names a package host")
