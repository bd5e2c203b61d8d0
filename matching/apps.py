from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "matching"
    verbose_name = _("对接")

    def ready(self) -> None:
        from core import context, ports, wording  # noqa: PLC0415
        from marketplace.wording import amount_words  # noqa: PLC0415
        from matching import acts, navigation  # noqa: PLC0415
        from matching.handlers import suggesting, telling  # noqa: F401, PLC0415
        from matching.queries.chain import chain_part  # noqa: PLC0415
        from matching.queries.files import may_see_file, why_file_stays  # noqa: PLC0415
        from matching.queries.notes import candidate_notes  # noqa: PLC0415
        from matching.queries.tasks import tasks_part  # noqa: PLC0415
        from matching.views import candidates  # noqa: PLC0415

        ports.register_chain(chain_part)
        ports.register_tasks(tasks_part)
        ports.register_file_rule(may_see_file, keeps=why_file_stays)
        ports.register_line_notes(candidate_notes)
        ports.register_panel("entry-form", candidates.typing_panel)
        ports.register_panel("entry", candidates.entry_panel)
        ports.register_panel("intake", candidates.intake_panel)
        context.register_nav(navigation.nav_items)
        context.register_lists(navigation.kept_lists)
        wording.name_acts(acts.ACTS)
        counted = ("match.quantity", "match.resource_quantity", "delivery.quantity")
        wording.word_amounts(dict.fromkeys(counted, amount_words))
        telling.register_words()
        wording.name_kinds(acts.KINDS)
        wording.name_fields(acts.FIELDS)
        wording.word_values(acts.VALUES)
        wording.word_reasons(acts.REASONS)
