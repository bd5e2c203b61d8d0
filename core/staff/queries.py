"""What the staff pages of the ground show."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.apps import apps
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import jobs, options, outbox
from core.errors import Sentence
from core.models import AuditEvent, Delivery, PeriodicJob
from core.options import AnyOption

SHOWN = 100


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """The options of one app, with the values in force."""

    app: str
    label: str
    options: tuple[tuple[AnyOption, bool | int | str], ...]


def option_groups() -> list[OptionGroup]:
    """Options by the app that declares them, in the order of the floors (one query)."""
    values = options.values()
    order = [config.label for config in apps.get_app_configs()]
    found: dict[str, list[tuple[AnyOption, bool | int | str]]] = {}
    for option in options.declared():
        found.setdefault(option.key.partition(".")[0], []).append((option, values[option.key]))
    groups = [OptionGroup(app, app_words(app), tuple(members)) for app, members in found.items()]
    return sorted(groups, key=lambda g: order.index(g.app) if g.app in order else len(order))


def app_words(app: str) -> str:
    if label := options.group_label(app):
        return str(label)
    known = {config.label: config.verbose_name for config in apps.get_app_configs()}
    return str(known.get(app, app))


@dataclass(frozen=True, slots=True)
class JobRow:
    name: str
    label: Sentence
    last_done_at: datetime | None
    due_at: datetime | None
    running: bool
    error: str


def job_rows(at: datetime) -> list[JobRow]:
    """Every declared job with its times; one never run has none."""
    rows = {row.name: row for row in PeriodicJob.objects.all()}
    return [_job_row(job, rows.get(name), at) for name, job in sorted(jobs.jobs().items())]


def _job_row(job: jobs.Job, row: PeriodicJob | None, at: datetime) -> JobRow:
    label = job.label or job.name
    if row is None:
        return JobRow(job.name, label, None, None, running=False, error="")
    running = row.leased_until is not None and row.leased_until > at
    return JobRow(job.name, label, row.last_done_at, row.due_at, running, row.last_error)


def job_called(name: str) -> PeriodicJob | None:
    return PeriodicJob.objects.filter(name=name).first()


@dataclass(frozen=True, slots=True)
class OutboxState:
    """Numbers of the queue, and its rows that ask for somebody: newest dead, oldest waiting."""

    waiting: int
    dead: int
    unknown: int
    dead_rows: list[Delivery]
    waiting_rows: list[Delivery]
    unknown_rows: list[Delivery]


def outbox_state() -> OutboxState:
    counts = Counter(
        Delivery.objects.exclude(status=Delivery.State.DONE).values_list("status", flat=True)
    )
    rows = Delivery.objects.select_related("event")
    unknown = outbox.unknown()
    return OutboxState(
        waiting=counts[Delivery.State.WAITING],
        dead=counts[Delivery.State.DEAD],
        unknown=unknown.count(),
        dead_rows=list(rows.filter(status=Delivery.State.DEAD).order_by("-id")[:SHOWN]),
        waiting_rows=list(
            rows.filter(status=Delivery.State.WAITING)
            .exclude(pk__in=unknown)
            .order_by("available_at", "id")[:SHOWN]
        ),
        unknown_rows=list(unknown.select_related("event").order_by("id")[:SHOWN]),
    )


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """Which audit rows: a number, a person or organization, an act, days from and to."""

    number: str = ""
    person: str = ""
    act: str = ""
    since: datetime | None = None
    until: datetime | None = None


def trail(wanted: TrailFilter) -> QuerySet[AuditEvent]:
    """Matching audit rows, newest first."""
    rows = AuditEvent.objects.order_by("-id")
    if wanted.number:
        rows = rows.filter(subject_number__istartswith=wanted.number)
    if wanted.person:
        rows = rows.filter(actor_name__icontains=wanted.person) | rows.filter(
            organization_name__icontains=wanted.person
        )
    if wanted.act:
        rows = rows.filter(act=wanted.act)
    if wanted.since:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(at__lt=wanted.until)
    return rows


def weekday_words(day: date) -> str:
    return [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")][
        day.weekday()
    ]


def dead_ids() -> list[int]:
    return list(Delivery.objects.filter(status=Delivery.State.DEAD).values_list("id", flat=True))
