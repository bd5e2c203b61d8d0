"""Finding a topic of the help by words: its title, its summary and its text as shown."""

import re
from functools import cache

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.translation import get_language, override

from portal.topics import TOPICS, Topic

_BLANKS = re.compile(r"\s+")


@cache
def _text(slug: str, language: str) -> str:
    """The words of a topic in one language; the texts only change with the program."""
    topic = TOPICS[slug]
    with override(language):
        body = _BLANKS.sub(" ", strip_tags(render_to_string(topic.template)))
        return f"{topic.title} {topic.summary} {body}".casefold()


def find_topics(words: str) -> list[Topic]:
    """Topics that hold every word, those with it in the title first; all of them without words."""
    wanted = words.casefold().split()[:8]
    language = get_language() or settings.LANGUAGE_CODE
    found = [
        topic
        for topic in TOPICS.values()
        if all(word in _text(topic.slug, language) for word in wanted)
    ]
    if not wanted:
        return found
    return sorted(found, key=lambda topic: wanted[0] not in str(topic.title).casefold())
