"""Every rule holds for the repository, and every rule catches what it is there to catch."""

import pytest

from tests.architecture import rules
from tests.architecture.sources import BUILT, product_modules, text_of, tracked

RULES_OF_THE_PRODUCT = (
    rules.state_has_one_door,
    rules.has_no_signals,
    rules.sentences_are_collected,
    rules.rooms_import_downward,
    rules.inner_rooms_know_no_web,
    rules.pure_rooms_know_no_django,
    rules.doors_do_not_write,
    rules.clock_is_read_at_the_edge,
    rules.functions_are_short,
)

PLANTED = (
    (rules.state_has_one_door, "matching/operations.py", "match.state = 'LINKED'"),
    (rules.state_has_one_door, "matching/operations.py", "a, match.state = 1, 'LINKED'"),
    (rules.state_has_one_door, "matching/operations.py", "setattr(match, 'state', 'LINKED')"),
    (rules.state_has_one_door, "matching/operations.py", "rows.filter(x=1).update(state='A')"),
    (rules.state_has_one_door, "matching/operations.py", "Match.objects.bulk_update(r, ['state'])"),
    (
        rules.sentences_are_collected,
        "matching/views.py",
        "from django.utils.translation import gettext_lazy as _l",
    ),
    (rules.has_no_signals, "matching/apps.py", "from django.db.models.signals import post_save"),
    (rules.has_no_signals, "matching/apps.py", "from django.dispatch import receiver"),
    (rules.has_no_signals, "matching/apps.py", "from django.db.models import signals"),
    (rules.rooms_import_downward, "matching/models.py", "from matching.operations import link"),
    (rules.rooms_import_downward, "matching/models/match.py", "from matching import operations"),
    (rules.rooms_import_downward, "matching/queries.py", "from . import operations"),
    (rules.rooms_import_downward, "matching/queries/links.py", "from ..views import Desk"),
    (rules.inner_rooms_know_no_web, "matching/queries.py", "from django.http import Http404"),
    (rules.inner_rooms_know_no_web, "matching/operations.py", "import django.shortcuts"),
    (rules.pure_rooms_know_no_django, "matching/engine/fit.py", "from django.db import models"),
    (rules.pure_rooms_know_no_django, "search/ranking.py", "from search.models import Row"),
    (rules.pure_rooms_know_no_django, "search/analysis/tokens.py", "import core.money"),
    (rules.templates_keep_the_policy, "a.html", "<script>x()</script>"),
    (rules.templates_keep_the_policy, "a.html", '<p style="color: red">'),
    (rules.templates_keep_the_policy, "a.html", '<button onclick="x()">'),
    (rules.templates_keep_the_policy, "a.html", '<button hx-on:click="x()">'),
    (rules.templates_keep_the_policy, "a.html", "{% blocktranslate %}"),
    (rules.doors_do_not_write, "matching/views.py", "match.save()"),
    (rules.doors_do_not_write, "matching/views/desk.py", "Match.objects.create(need=need)"),
    (rules.clock_is_read_at_the_edge, "matching/operations.py", "x = timezone.now()"),
    (rules.clock_is_read_at_the_edge, "matching/queries.py", "x = datetime.datetime.now()"),
    (rules.clock_is_read_at_the_edge, "matching/queries.py", "x = timezone.localdate()"),
    (rules.clock_is_read_at_the_edge, "matching/models.py", "x = DateField(auto_now=True)"),
    (rules.names_say_something, "matching/utils.py", ""),
    (rules.names_say_something, "matching/services/link.py", ""),
    (rules.names_say_something, "core/common.py", ""),
    (rules.files_are_short, "matching/models.py", "x = 1\n" * 401),
    (rules.functions_are_short, "matching/models.py", "def f():\n" + "    x = 1\n" * 60),
    (rules.stands_alone, "docs/a.md", "see /" + "work/main/docs"),
    (rules.stands_alone, "docs/a.md", "see ../" + "shared/design"),
    (rules.stands_alone, "docs/a.md", "as iss" + "ue 4 asks"),
    (rules.lock_has_no_address, "requirements/base.txt", "x @ git+ssh:a"),
    (rules.lock_has_no_address, "requirements/base.txt", "--index-url example"),
    (rules.lock_has_no_address, "package-lock.json", '"resolved": "x"'),
    (rules.lock_has_no_address, "package-lock.json", '"a": "https:' + '//example"'),
)

INNOCENT = (
    (rules.state_has_one_door, "matching/operations.py", "x = match.state; state = 'LINKED'"),
    (rules.state_has_one_door, "core/states.py", "match.state = 'LINKED'"),
    (
        rules.sentences_are_collected,
        "matching/views.py",
        "from django.utils.translation import gettext as _, gettext_lazy, pgettext",
    ),
    (rules.has_no_signals, "deploy/x.py", "import signal"),
    (rules.rooms_import_downward, "matching/views.py", "from matching import operations, queries"),
    (rules.rooms_import_downward, "matching/models.py", "from search import queries"),
    (rules.inner_rooms_know_no_web, "matching/views.py", "from django.http import HttpResponse"),
    (rules.pure_rooms_know_no_django, "search/ranking.py", "from search.analysis import cut"),
    (rules.pure_rooms_know_no_django, "matching/engine/fit.py", "import numpy as np"),
    (rules.templates_keep_the_policy, "a.html", '<script src="a.js"></script> {# style #}'),
    (rules.templates_keep_the_policy, "a.html", '<a x-on:click="open" @click="x" data-on="1">'),
    (rules.templates_keep_the_policy, "a.html", "{% blocktranslate trimmed with a=b %}"),
    (rules.doors_do_not_write, "matching/operations.py", "match.save()"),
    (rules.clock_is_read_at_the_edge, "matching/views.py", "x = timezone.now()"),
    (rules.clock_is_read_at_the_edge, "matching/queries.py", "x = timezone.localdate(at)"),
    (rules.names_say_something, "inbox/commonly_asked.py", ""),
    (rules.files_are_short, "matching/models.py", "x = 1\n" * 400),
    (rules.functions_are_short, "matching/models.py", "def f():\n" + "    x = 1\n" * 59),
    (rules.stands_alone, "docs/a.md", "the page /workbench/ keeps a session; a network/root."),
    (rules.lock_has_no_address, "requirements/base.txt", "x==1 \\\n    --hash=sha256:00ff"),
)


def violations(rule: rules.Rule, paths: tuple[str, ...]) -> list[str]:
    return [sentence for path in paths for sentence in rule(path, text_of(path))]


@pytest.mark.parametrize("rule", RULES_OF_THE_PRODUCT, ids=lambda rule: rule.__name__)
def test_the_product_keeps_the_rule(rule: rules.Rule) -> None:
    assert violations(rule, product_modules()) == []


def test_templates_keep_the_policy() -> None:
    templates = tuple(p for p in tracked(".html") if "/templates/" in p)
    assert violations(rules.templates_keep_the_policy, templates) == []


def test_names_say_something() -> None:
    assert violations(rules.names_say_something, tracked()) == []


def test_no_file_is_too_long() -> None:
    written = tuple(p for p in tracked(".py", ".html", ".js", ".css") if BUILT not in p)
    assert violations(rules.files_are_short, written) == []


def test_nothing_names_the_machine_it_was_written_on() -> None:
    assert violations(rules.stands_alone, tracked()) == []


def test_locks_hold_no_address() -> None:
    locks = tuple(p for p in tracked() if p.startswith("requirements/"))
    assert len(locks) == 10
    npm = tuple(p for p in tracked("package-lock.json"))
    assert violations(rules.lock_has_no_address, locks + npm) == []


@pytest.mark.parametrize(("rule", "path", "text"), PLANTED)
def test_a_planted_violation_is_seen(rule: rules.Rule, path: str, text: str) -> None:
    assert len(list(rule(path, text))) >= 1


@pytest.mark.parametrize(("rule", "path", "text"), INNOCENT)
def test_a_lookalike_is_left_alone(rule: rules.Rule, path: str, text: str) -> None:
    assert list(rule(path, text)) == []


def test_every_rule_has_a_planted_violation_and_a_lookalike() -> None:
    every = {rule for name, rule in vars(rules).items() if name in SHOWN}
    assert {rule for rule, _, _ in PLANTED} == {rule for rule, _, _ in INNOCENT} == every


SHOWN = {rule.__name__ for rule in RULES_OF_THE_PRODUCT} | {
    "names_say_something",
    "templates_keep_the_policy",
    "files_are_short",
    "stands_alone",
    "lock_has_no_address",
}
