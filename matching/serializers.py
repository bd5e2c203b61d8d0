"""What the API takes and gives of proposals and links."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from archive.queries import ShownFile
from core.api_input import StrictInput
from core.permissions import Actor
from marketplace.models import Need, ResourceOffer
from marketplace.permissions import level_for
from marketplace.serializers import OrganizationShape, Words, decimal_text, organization_values
from matching import permissions
from matching.models import Answer, Delivery, Match, Side
from matching.operations.carry import MAX_QUANTITY
from matching.queries.reasons import Sentences, worth_telling
from matching.states import DeliveryState, MatchState


class EntryLine(serializers.Serializer[Any]):
    number = serializers.CharField()
    title = serializers.CharField(help_text=_("不对你公开时是空的"), allow_blank=True)
    organization = OrganizationShape()


class _Sides(serializers.Serializer[Any]):
    number = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=MatchState.choices)
    need = EntryLine()
    resource = EntryLine()
    quantity = serializers.DecimalField(
        max_digits=12, decimal_places=2, allow_null=True, help_text=_("按需求的单位")
    )
    resource_quantity = serializers.DecimalField(
        max_digits=12, decimal_places=2, allow_null=True, help_text=_("按资源的单位")
    )
    url = serializers.CharField(help_text=_("网页的路径"))


class ReasonShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    sentence = serializers.CharField()


class ProposalShape(_Sides):
    fit = serializers.CharField(help_text=_("契合度：high 高，medium 中，low 低，none 不合适"))
    score = serializers.FloatField(allow_null=True, help_text=_("只给运营方"))
    reasons = ReasonShape(many=True)
    sides = serializers.ListField(child=serializers.ChoiceField(choices=Side.choices))
    need_answer = serializers.ChoiceField(choices=Answer.choices)
    resource_answer = serializers.ChoiceField(choices=Answer.choices)
    proposed_at = serializers.DateTimeField(allow_null=True)
    answer_by = serializers.DateTimeField(allow_null=True, help_text=_("回复期限"))


class FileLine(serializers.Serializer[Any]):
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text=_("字节"))
    url = serializers.CharField(help_text=_("网页的路径，登录后打开"))


class DeliveryShape(serializers.Serializer[Any]):
    number = serializers.CharField()
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    quantity = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    day = serializers.DateField()
    files = FileLine(many=True, help_text=_("凭证；只有双方和运营方看得到"))


class LinkShape(_Sides):
    linked_at = serializers.DateTimeField(allow_null=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    deliveries = DeliveryShape(many=True)


def _line(entry: Need | ResourceOffer, actor: Actor, *, own: bool) -> dict[str, Any]:
    """An entry in a match: its title for whoever reads it, and for both sides once told."""
    seen = own or level_for(actor, entry) in entry.readable_levels()
    return {
        "number": entry.number,
        "title": entry.title if seen else "",
        "organization": organization_values(entry.organization),
    }


def _sides(match: Match, actor: Actor) -> dict[str, Any]:
    own = bool(permissions.sides_of(actor, match)) and match.state != MatchState.SUGGESTED
    return {
        "number": match.number,
        "version": match.version,
        "state": match.state,
        "need": _line(match.need, actor, own=own),
        "resource": _line(match.resource, actor, own=own),
        "quantity": decimal_text(match.quantity),
        "resource_quantity": decimal_text(match.resource_quantity),
        "url": reverse("matching:match-detail", args=[match.number]),
    }


def proposal_values(match: Match, actor: Actor) -> dict[str, Any]:
    sentences = Sentences()
    return {
        **_sides(match, actor),
        "fit": match.fit,
        "score": match.score if permissions.sees_number(actor) else None,
        "reasons": [
            {
                "code": reason["code"],
                "sentence": sentences.of(
                    reason["code"],
                    reason["points"],
                    reason["figures"],
                    reason["words"],
                    period=match.need.period,
                ),
            }
            for reason in match.reasons
            if worth_telling(reason["code"], reason["points"], reason["words"])
        ],
        "sides": [side.value for side in permissions.sides_of(actor, match)],
        "need_answer": match.need_answer,
        "resource_answer": match.resource_answer,
        "proposed_at": match.proposed_at,
        "answer_by": match.answer_by,
    }


def link_values(
    match: Match, actor: Actor, files: Mapping[str, Sequence[ShownFile]]
) -> dict[str, Any]:
    """`files` by the delivery's number, as `queries.delivery_files` gives them."""
    inside = permissions.sides_of(actor, match) or permissions.is_staff(actor, match)
    deliveries = match.deliveries.all() if inside else []
    return {
        **_sides(match, actor),
        "linked_at": match.linked_at,
        "confirmed_at": match.confirmed_at,
        "ended_at": match.ended_at,
        "deliveries": [delivery_values(one, files.get(one.number, ())) for one in deliveries],
    }


def delivery_values(delivery: Delivery, files: Sequence[ShownFile] = ()) -> dict[str, Any]:
    return {
        "number": delivery.number,
        "state": delivery.state,
        "quantity": decimal_text(delivery.quantity),
        "day": delivery.day,
        "files": [
            {
                "name": one.file.name,
                "media_type": one.file.media_type,
                "size": one.file.size,
                "url": reverse("archive:file-download", args=[one.file.number]),
            }
            for one in files
        ],
    }


class _Quantity(serializers.DecimalField):
    def __init__(self, **more: Any) -> None:
        super().__init__(
            max_digits=12,
            decimal_places=2,
            min_value=Decimal("0.01"),
            max_value=MAX_QUANTITY,
            **{"required": False, "allow_null": True} | more,
        )


def _side() -> serializers.ChoiceField:
    return serializers.ChoiceField(
        choices=Side.choices,
        required=False,
        error_messages={"invalid_choice": _("没有这个选项。")},
        help_text=_("以哪一方回复；只在一方时可以不写"),
    )


def _version() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=2_000_000_000, required=False)


class AcceptInput(StrictInput):
    side = _side()
    quantity = _Quantity()
    resource_quantity = _Quantity()
    version = _version()


class DeclineInput(StrictInput):
    side = _side()
    code = Words(max_length=20, required=True, allow_blank=False, help_text=_("原因代码"))
    note = Words(max_length=300)
    version = _version()


class DeliveryInput(StrictInput):
    quantity = _Quantity()
    day = serializers.DateField()
    note = Words(max_length=300)
    over = serializers.BooleanField(
        required=False,
        help_text=_("比约定的多、但没有写错时写 true，并在 note 里写原因"),
    )


# The address says it all.
class NothingInput(StrictInput):
    pass
