"""Makes once what a search cluster needs: its own authority, certificates and accounts.

    python3 -m deploy.search_cluster FOLDER NODE [NODE ...]

A NODE is the name under which the others and the product reach it (`es1`, `es1.example.org`).
FOLDER then holds `ca.crt` and `ca.key`, `NODE/node.crt` and `NODE/node.key`, the server's files
`users` and `users_roles`, and `passwords`, one line an account of `deploy/elasticsearch/roles.yml`.
What is there already is kept: a node added later gets a certificate of the same authority.
Needs openssl and no package.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

ROLES = ("writer", "public", "partners", "internal", "snapshots")
"""Accounts of the same name, each with the role `gongyi_<name>`."""
DAYS = "1825"
_NODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def main(words: list[str]) -> None:
    if len(words) < 2:
        sys.exit(__doc__)
    folder, nodes = Path(words[0]), words[1:]
    strange = [node for node in nodes if not _NODE.fullmatch(node)]
    if strange:
        sys.exit(f"{', '.join(strange)}: a node is named by letters, digits, dots and hyphens.")
    for line in prepare(folder, nodes):
        print(line)


def prepare(folder: Path, nodes: list[str]) -> list[str]:
    """Returns a line for each thing made; exits where openssl refuses."""
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    told = []
    if not (folder / "ca.crt").exists():
        _authority(folder)
        told.append("ca.crt, ca.key: keep the key apart from the nodes")
    for node in nodes:
        if not (folder / node / "node.crt").exists():
            _certificate(folder, node)
            told.append(f"{node}/: its certificate and key, good for five years")
    if not (folder / "users").exists():
        _accounts(folder)
        told.append("users, users_roles, passwords: one account for each role")
    return told or ["Everything was there already."]


def _authority(folder: Path) -> None:
    _openssl(
        *("req", "-x509", *_CURVE, "-days", DAYS, "-subj", "/CN=Gongyi Link search cluster"),
        *("-keyout", str(folder / "ca.key"), "-out", str(folder / "ca.crt")),
    )
    (folder / "ca.key").chmod(0o600)


def _certificate(folder: Path, node: str) -> None:
    """Signed by the authority, for the node's name and for loopback."""
    place = folder / node
    place.mkdir(mode=0o750, exist_ok=True)
    request, names = place / "request", place / "names"
    names.write_text(f"subjectAltName=DNS:{node},DNS:localhost,IP:127.0.0.1\n", encoding="ascii")
    _openssl(
        *("req", *_CURVE, "-subj", f"/CN={node}"),
        *("-keyout", str(place / "node.key"), "-out", str(request)),
    )
    _openssl(
        *("x509", "-req", "-in", str(request), "-days", DAYS, "-extfile", str(names)),
        *("-CA", str(folder / "ca.crt"), "-CAkey", str(folder / "ca.key"), "-CAcreateserial"),
        *("-out", str(place / "node.crt")),
    )
    request.unlink()
    names.unlink()
    (place / "node.key").chmod(0o640)


def _accounts(folder: Path) -> None:
    passwords = {role: secrets.token_urlsafe(24) for role in ROLES}
    users = "".join(f"{name}:{hashed(word)}\n" for name, word in passwords.items())
    roles = "".join(f"gongyi_{name}:{name}\n" for name in passwords)
    plain = "".join(f"{name} {word}\n" for name, word in passwords.items())
    for name, text, mode in (
        ("users", users, 0o640),
        ("users_roles", roles, 0o640),
        ("passwords", plain, 0o600),
    ):
        path = folder / name
        path.touch(mode=mode)
        path.write_text(text, encoding="ascii")


def hashed(password: str, rounds: int = 10_000) -> str:
    """As the server's file of users keeps it: PBKDF2 with SHA-512, salt and key in base64."""
    salt = os.urandom(32)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds, 32)
    parts = [base64.b64encode(part).decode() for part in (salt, key)]
    return f"{{PBKDF2}}{rounds}${parts[0]}${parts[1]}"


def _openssl(*words: str) -> None:
    done = subprocess.run(["openssl", *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"openssl {words[0]} failed:\n{done.stderr}")


if __name__ == "__main__":
    main(sys.argv[1:])
