"""The licenses of what is installed with the product: free to use in any product, or weaker
copyleft (LGPL, MPL) for packages named here; no GPL, no AGPL."""

from __future__ import annotations

import json
import re
import subprocess

from deploy.dev import locks
from deploy.dev.environment import ROOT
from deploy.dev.verdict import Verdict, failed, passed

# Copyleft that ends at the library's own files; each is used unchanged.
WEAK_COPYLEFT = {
    "certifi": "MPL-2.0, a list of certificates",
    "fido2": "BSD, with the public suffix list under MPL-2.0 inside",
    "psycopg": "LGPL-3.0, the driver of PostgreSQL",
    "psycopg-binary": "LGPL-3.0, its compiled half",
    "psycopg-pool": "LGPL-3.0, its pool",
    "python-stdnum": "LGPL-2.1, check digits",
}
# Packages whose metadata says nothing that a machine can read, read by a person.
READ_BY_A_PERSON: dict[str, str] = {}

COLLECT = """
import importlib.metadata as m, json, sys
rows = {}
for name in json.load(sys.stdin):
    try:
        meta = m.metadata(name)
    except m.PackageNotFoundError:
        continue
    classifiers = [c for c in meta.get_all("Classifier") or [] if c.startswith("License")]
    rows[name] = [meta.get("License-Expression") or "", meta.get("License") or "", *classifiers]
print(json.dumps(rows))
"""

STRONG = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)
WEAK = re.compile(r"LGPL|Lesser General Public|\bMPL|Mozilla Public", re.IGNORECASE)
FREE = re.compile(
    r"\bMIT\b|\bBSD|Apache|\bISC\b|\bPSF|Python Software Foundation|\b0BSD\b|Unlicense|Zlib"
    r"|HPND|Public Domain|CC0",
    re.IGNORECASE,
)


def judge(name: str, statements: list[str]) -> str | None:
    """What is wrong with a package's license, or None.

    `statements` are its expression, its license field and its classifiers. The expression alone
    counts where there is one; else the classifiers; else the first line of the license field.
    """
    expression, field, *classifiers = statements
    said = expression or " ".join(classifiers) or field.partition("\n")[0]
    if name in READ_BY_A_PERSON:
        return None
    if WEAK.search(said):
        return None if name in WEAK_COPYLEFT else f"{name}: {said} is not on the list of LGPL, MPL"
    if STRONG.search(said) and not (" OR " in expression and FREE.search(said)):
        return f"{name}: {said}"
    return None if FREE.search(said) else f"{name}: license not understood: {said!r}"


def dependencies_are_free(python: str, _environment: dict[str, str]) -> Verdict:
    """Judges what `base` and `demo` install: what a user of the product gets."""
    texts = locks.read_locks()
    pins = locks.pinned(texts.get("base", "")) + locks.pinned(texts.get("demo", ""))
    names = sorted({pin.partition("==")[0] for pin in pins})
    collected = subprocess.run(
        [python, "-c", COLLECT],
        input=json.dumps(names),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    rows: dict[str, list[str]] = json.loads(collected.stdout)
    wrong = [sentence for name, row in rows.items() if (sentence := judge(name, row))]
    if wrong:
        return failed("\n".join(wrong))
    return passed(f"{len(rows)} packages read, none under GPL or AGPL")
