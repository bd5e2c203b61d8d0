"""帮助: one page per job, searched by words; the API's kinds of refusal; about the base."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import NotFound
from core.views import Page
from portal import queries
from portal.topics import CHAPTERS, PROBLEMS, TOPICS, Topic

SECTION = "help"


class HelpIndex(Page):
    section = SECTION
    template_name = "portal/help_index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = self.request.GET.get("q", "").strip()[:60]
        return super().get_context_data(
            words=words,
            found=queries.find_topics(words) if words else [],
            chapters=CHAPTERS,
            base=queries.base(),
            **kwargs,
        )


class HelpTopic(Page):
    section = SECTION
    template_name = "portal/help_topic.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        topic = TOPICS.get(self.kwargs["slug"])
        if topic is None:
            raise NotFound(_("没有这一页帮助。"))
        chapter = next(one for one in CHAPTERS if topic in one.topics)
        return super().get_context_data(
            topic=topic,
            chapter=chapter,
            others=[one for one in chapter.topics if one != topic],
            crumbs=_crumbs(topic),
            problems=PROBLEMS.values(),
            base=queries.base(),
            **kwargs,
        )


def _crumbs(topic: Topic) -> list[tuple[str, str]]:
    return [(_("帮助"), reverse("portal:help")), (str(topic.title), "")]


class HelpProblem(Page):
    """What a `type` of the API's problem+json answers means and what to do."""

    section = SECTION
    template_name = "portal/help_problem.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        problem = PROBLEMS.get(self.kwargs["code"])
        if problem is None:
            raise NotFound(_("没有这一种错误。"))
        api = reverse("portal:help-topic", args=["api"])
        crumbs = [
            (_("帮助"), reverse("portal:help")),
            (str(TOPICS["api"].title), api),
            (problem.code, ""),
        ]
        others = [one for one in PROBLEMS.values() if one != problem]
        return super().get_context_data(problem=problem, others=others, crumbs=crumbs, **kwargs)


class About(Page):
    section = SECTION
    template_name = "portal/about.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(base=queries.base(), figures=queries.figures(), **kwargs)
