"""The rules of floors, rooms and names that a machine can see, as functions over source text.

Each takes a file's path (relative, with slashes) and its text and yields one sentence per
violation, so that a test can show it a planted one.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

Rule = Callable[[str, str], Iterator[str]]

# Rooms of an app, from the top: a room imports its own and lower ones, never a higher one.
ROOMS = (
    ("urls",),
    ("views", "api", "admin", "handlers", "management"),
    ("forms", "serializers", "filters"),
    ("operations",),
    ("queries",),
    ("permissions",),
    ("models",),
    ("validators",),
    ("states", "events", "gateways", "engine"),
)
LEVEL = {room: level for level, rooms in enumerate(ROOMS) for room in rooms}
DOORS = {"views", "api", "admin", "handlers", "management"}
# Rooms that know no HTTP.
INNER = {room for rooms in ROOMS[3:] for room in rooms}
WEB = ("django.http", "django.shortcuts", "django.views", "django.urls", "rest_framework")
# Who may read the clock: the doors, and the core's own edges (a request, a worker's round,
# the moment after a commit).
CLOCK_ROOMS = DOORS | {"middleware"}
CLOCK_FILES = {
    "core/context.py",
    "core/health.py",
    "core/jobs.py",
    "core/metrics.py",
    "core/fleet.py",
    "core/outbox.py",
    "core/worker.py",
    "accounts/models/user.py",  # createsuperuser has no moment to give to the manager of users
}
CLOCKS = {
    ("timezone", "now"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}
CLOCKS_WITHOUT_ARGUMENT = {("timezone", "localdate"), ("timezone", "localtime")}
WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
EMPTY_NAMES = {"util", "helper", "service", "manager", "misc", "common"}
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
# Folders or files of plain computation.
PURE = ("matching/engine", "search/analysis", "search/ranking")
FORBIDDEN_IN_TEMPLATES = (
    (re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE), "inline script"),
    (re.compile(r"<style\b", re.IGNORECASE), "inline style sheet"),
    (re.compile(r"""\sstyle\s*=""", re.IGNORECASE), "style attribute"),
    (re.compile(r"""\s(hx-)?on[a-z:-]+\s*=\s*["'{]""", re.IGNORECASE), "event-handler attribute"),
    (re.compile(r"{%-?\s*blocktrans(late)?\b(?!.*\btrimmed\b)"), "blocktranslate not trimmed"),
)


def room_of(path: str) -> str:
    """The room a file of an app belongs to: `matching/operations/decide.py` is `operations`."""
    parts = PurePosixPath(path).parts
    return PurePosixPath(parts[1]).stem if len(parts) > 1 else ""


def app_of(path: str) -> str:
    return PurePosixPath(path).parts[0]


def imported_modules(path: str, text: str) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of each import, relative ones resolved; names imported from a package
    are given as modules too, for `from app import operations`."""
    package = list(PurePosixPath(path).parts[:-1])
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield node.lineno, base
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


def sentences_are_collected(_path: str, text: str) -> Iterator[str]:
    """makemessages knows gettext's own names and `_`: under another one a sentence is never
    translated."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            for alias in node.names:
                if alias.asname not in (None, "_"):
                    yield f"line {node.lineno}: {alias.name} as {alias.asname}"


def state_has_one_door(path: str, text: str) -> Iterator[str]:
    """Only core.states writes a state."""
    if path == "core/states.py" or "/migrations/" in path:
        return
    for node in ast.walk(ast.parse(text)):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AugAssign) or (isinstance(node, ast.AnnAssign) and node.value):
            targets = [node.target]
        for target in (each for whole in targets for each in ast.walk(whole)):
            if isinstance(target, ast.Attribute) and target.attr == "state":
                yield f"{path}:{target.lineno}: assigns a state; use core.states.advance"
        if isinstance(node, ast.Call) and _writes_state(node):
            yield f"{path}:{node.lineno}: writes a state; use core.states.advance"


def _writes_state(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if isinstance(call.func, ast.Name) and call.func.id == "setattr":
        return any(isinstance(a, ast.Constant) and a.value == "state" for a in call.args)
    if name in ("update", "aupdate"):
        return any(keyword.arg == "state" for keyword in call.keywords)
    if name == "bulk_update":
        words = [node for argument in call.args[1:] for node in ast.walk(argument)]
        words += [node for keyword in call.keywords for node in ast.walk(keyword.value)]
        return any(isinstance(w, ast.Constant) and w.value == "state" for w in words)
    return False


def has_no_signals(path: str, text: str) -> Iterator[str]:
    """News travels as outbox events; a signal is an import nobody sees."""
    for line, module in imported_modules(path, text):
        if module.startswith(("django.dispatch", "django.core.signals")) or module.endswith(
            ".signals"
        ):
            yield f"{path}:{line}: imports {module}; publish an outbox event instead"


def rooms_import_downward(path: str, text: str) -> Iterator[str]:
    """Inside an app no room imports a higher one. The core has no rooms: it is what they use."""
    app, room = app_of(path), room_of(path)
    if app == "core" or room not in LEVEL:
        return
    for line, module in imported_modules(path, text):
        words = module.split(".")
        if len(words) < 2 or words[0] != app:
            continue
        other = words[1]
        if other in LEVEL and LEVEL[other] < LEVEL[room]:
            yield f"{path}:{line}: {room} imports {module}, a higher room"


def inner_rooms_know_no_web(path: str, text: str) -> Iterator[str]:
    """Operations, queries and what lies below them know nothing of HTTP."""
    if room_of(path) not in INNER:
        return
    # Queries hand addresses to the ports (tasks, chain steps): a URL's name is no HTTP.
    web = tuple(name for name in WEB if room_of(path) != "queries" or name != "django.urls")
    for line, module in imported_modules(path, text):
        if module.startswith(web):
            yield f"{path}:{line}: {room_of(path)} imports {module}"


def pure_rooms_know_no_django(path: str, text: str) -> Iterator[str]:
    """Text analysis, ranking and the engine are plain computation: no Django, no other app."""
    if not path.startswith(PURE):
        return
    apps = ("core", "accounts", "archive", "inbox", "marketplace", "search", "matching", "portal")
    pure = tuple(prefix.replace("/", ".") for prefix in PURE)
    for line, module in imported_modules(path, text):
        first = module.partition(".")[0]
        if first in ("django", "rest_framework", "config"):
            yield f"{path}:{line}: imports {module}"
        elif first in apps and not module.startswith(pure) and module not in ("search", "matching"):
            yield f"{path}:{line}: imports {module}, which is not plain computation"


def templates_keep_the_policy(path: str, text: str) -> Iterator[str]:
    """The content security policy allows no inline script, style or handler; and translations
    are trimmed, so that indentation is no part of a sentence."""
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, sentence in FORBIDDEN_IN_TEMPLATES:
            if pattern.search(line):
                yield f"{path}:{number}: {sentence}"


def doors_do_not_write(path: str, text: str) -> Iterator[str]:
    """Views, API, admin, handlers and commands call operations; they save nothing themselves."""
    if room_of(path) not in DOORS or app_of(path) == "core":
        return
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in WRITES
        ):
            yield f"{path}:{node.lineno}: calls .{node.func.attr}(); call an operation instead"


def clock_is_read_at_the_edge(path: str, text: str) -> Iterator[str]:
    """Operations and rules are given `at`; only doors ask what time it is."""
    if room_of(path) in CLOCK_ROOMS or path in CLOCK_FILES or "/migrations/" in path:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add"):
            yield f"{path}:{node.value.lineno}: {node.arg} reads the clock inside save()"
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        owner = node.func.value
        name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
        called = (name, node.func.attr)
        if called in CLOCKS or (called in CLOCKS_WITHOUT_ARGUMENT and not node.args):
            yield f"{path}:{node.lineno}: reads the clock; take `at` from the caller"


def names_say_something(path: str, text: str) -> Iterator[str]:
    """No file or folder is named for what it is not."""
    for part in PurePosixPath(path).parts:
        stem = part.partition(".")[0].lower()
        if stem in EMPTY_NAMES or stem.removesuffix("s") in EMPTY_NAMES:
            yield f"{path}: {part} says nothing about what is in it"


def files_are_short(path: str, text: str) -> Iterator[str]:
    """A file that grew is split by noun."""
    lines = text.count("\n")
    if lines > LONGEST_FILE and "/migrations/" not in path:
        yield f"{path}: {lines} lines; the limit is {LONGEST_FILE}"


def functions_are_short(path: str, text: str) -> Iterator[str]:
    """A function fits on a screen."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{path}:{node.lineno}: {node.name} has {lines} lines"


# Written in pieces, so that this file does not name them itself.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|farm|root|opt/wheels|tmp/bash_jobs)[/.]")
SESSION_WORDS = re.compile(
    r"\.\./" + r"shared/|\b(?:BRIEF|ISSUE)" + r"\.md\b|\bsub" + r"agent|Co-" + r"Authored-By"
    r"|\bthis (?:sess" + r"ion's|iss" + r"ue)\b|\biss" + r"ue #?\d+\b",
    flags=re.IGNORECASE,
)


def stands_alone(path: str, text: str) -> Iterator[str]:
    """Nothing names the machine or the circumstances in which it was written."""
    for number, line in enumerate(text.splitlines(), 1):
        for pattern in (MACHINE_PATH, SESSION_WORDS):
            found = pattern.search(line)
            if found:
                yield f"{path}:{number}: {found.group()!r} means nothing outside one machine"


def lock_has_no_address(path: str, text: str) -> Iterator[str]:
    """Locks hold versions and hashes: where packages come from is the machine's business."""
    for number, line in enumerate(text.splitlines(), 1):
        option = re.match(r"\s*(--?(?:i|f|index-url|extra-index-url|find-links)\b)", line)
        key = re.match(r'\s*"(resolved|funding)"\s*:', line)
        if "://" in line or " @ " in line or option or key:
            yield f"{path}:{number}: {line.strip()[:80]}"
