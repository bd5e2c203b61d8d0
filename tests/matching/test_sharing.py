"""分给几家: the smallest need first, all or nothing, never more than there is."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import Invalid, NotAllowed
from marketplace.models import Need, ResourceOffer
from matching import operations, queries
from matching.models import Match
from matching.queries import corpus
from matching.states import MatchState
from tests.archive.test_archive import browser
from tests.factories import accounts as people
from tests.factories.marketplace import make_need, make_offer, unit

pytestmark = pytest.mark.django_db


def made(offer: ResourceOffer, *amounts: int) -> list[Match]:
    """A candidate of the offer for a need of each amount."""
    at = timezone.now()
    needs: list[Need] = [
        make_need(title=f"老人午餐 {amount}", quantity=Decimal(amount)) for amount in amounts
    ]
    corpus.forget()
    for need in needs:
        found = queries.proposals_for_need(need, at)
        operations.suggest(need, found, {offer.number: offer}, at=at)
    return [Match.objects.get(need=need, resource=offer) for need in needs]


@pytest.fixture
def offer() -> ResourceOffer:
    row: ResourceOffer = make_offer(title="老人午餐配送", quantity=Decimal(50))
    return row


def test_the_smallest_need_is_served_first(offer: ResourceOffer) -> None:
    made(offer, 40, 10, 20)
    sharing = queries.sharing_of(offer, people.coordinator(), timezone.now())
    given = {int(one.missing): int(one.amount) for one in sharing.portions}
    assert given == {10: 10, 20: 20, 40: 20}
    assert (sharing.left, sharing.pieces, sharing.left_out) == (Decimal(50), None, [])


def test_a_need_in_another_unit_is_counted_and_left_out(offer: ResourceOffer) -> None:
    made(offer, 10)
    need = make_need(title="老人午餐", quantity=Decimal(3), unit=unit("household"))
    corpus.forget()
    at = timezone.now()
    operations.suggest(need, queries.proposals_for_need(need, at), {offer.number: offer}, at=at)
    sharing = queries.sharing_of(offer, people.coordinator(), timezone.now())
    assert len(sharing.portions) == 1
    assert [(one.match.need, one.codes) for one in sharing.left_out] == [(need, ("measure",))]


def test_all_are_proposed_or_none(offer: ResourceOffer) -> None:
    by, at = people.coordinator(), timezone.now()
    small, large = made(offer, 10, 40)
    with pytest.raises(Invalid) as refusal:
        operations.share_out(offer, [(small, Decimal(10)), (large, Decimal(41))], by=by, at=at)
    assert refusal.value.fields == {"": ["一共分了 51，可这份资源只剩 50。"]}
    with pytest.raises(Invalid) as refusal:
        operations.share_out(offer, [(small, Decimal(11)), (large, Decimal(30))], by=by, at=at)
    assert refusal.value.fields == {small.number: ["现在只剩 10。"]}
    assert not Match.objects.exclude(state=MatchState.SUGGESTED).exists()

    done = operations.share_out(offer, [(small, Decimal(10)), (large, Decimal(40))], by=by, at=at)
    assert [(m.state, m.quantity) for m in done] == [
        (MatchState.PROPOSED, Decimal(10)),
        (MatchState.PROPOSED, Decimal(40)),
    ]


def test_the_donor_said_at_most_two() -> None:
    offer: ResourceOffer = make_offer(title="老人午餐配送", quantity=Decimal(50), max_pieces=2)
    matches = made(offer, 10, 10, 10)
    by, at = people.coordinator(), timezone.now()
    with pytest.raises(Invalid) as refusal:
        operations.share_out(offer, [(m, Decimal(5)) for m in matches], by=by, at=at)
    assert refusal.value.fields == {"": ["这份资源还能分给 2 家，请去掉几家。"]}
    assert sum(1 for one in queries.sharing_of(offer, by, at).portions if one.amount) == 2


def test_strangers_share_nothing_out(offer: ResourceOffer) -> None:
    matches = made(offer, 10)
    with pytest.raises(NotAllowed):
        operations.share_out(
            offer, [(matches[0], Decimal(5))], by=people.member(), at=timezone.now()
        )


def test_the_page_keeps_what_was_typed_and_proposes(offer: ResourceOffer) -> None:
    small, large = made(offer, 10, 40)
    coordinator = people.coordinator()
    client = browser(coordinator.user_id)
    address = reverse("matching:share", args=[offer.number])
    page = client.get(address).content.decode()
    assert all(match.need.title in page for match in (small, large))
    typed: dict[str, Any] = {small.number: "11", large.number: "30", "note": "先到先得"}
    wrong = client.post(address, typed)
    assert wrong.status_code == 422
    shown = wrong.content.decode()
    assert "现在只剩 10。" in shown
    assert "先到先得" in shown
    assert 'value="30"' in shown
    assert client.post(address, {**typed, small.number: "10"}).status_code == 302
    assert Match.objects.filter(state=MatchState.PROPOSED).count() == 2
    assert browser(people.member().user_id).get(address).status_code == 403


def test_what_is_left_and_who_gets_nothing_is_told(offer: ResourceOffer) -> None:
    small, large = made(offer, 10, 25)
    by = people.coordinator()
    declined = operations.propose(large, by=by, at=timezone.now())
    operations.withdraw(declined, by=by, at=timezone.now())
    odd = make_need(title="老人午餐", quantity=Decimal(3), unit=unit("household"))
    corpus.forget()
    at = timezone.now()
    operations.suggest(odd, queries.proposals_for_need(odd, at), {offer.number: offer}, at=at)
    sharing = queries.sharing_of(offer, by, at)
    assert [(one.match, one.amount) for one in sharing.portions] == [(small, Decimal(10))]
    assert sharing.rest == Decimal(40)
    page = browser(by.user_id).get(reverse("matching:share", args=[offer.number]))
    text = page.content.decode()
    assert "照这样分，还剩 <b>40" in text
    assert "单位和这份资源不同，要商量一个数" in text


def test_a_candidate_that_breaks_a_rule_by_now_gets_nothing(offer: ResourceOffer) -> None:
    kept, closed = made(offer, 10, 20)
    by, at = people.coordinator(), timezone.now()
    closed.need.starts_on = timezone.localdate(at) + timedelta(days=40)
    closed.need.save(update_fields=["starts_on"])
    offer.ends_on = timezone.localdate(at) + timedelta(days=20)
    offer.save(update_fields=["ends_on"])
    corpus.forget()
    sharing = queries.sharing_of(offer, by, at)
    assert [(one.match, one.codes) for one in sharing.left_out] == [(closed, ("times",))]
    assert [one.match for one in sharing.portions] == [kept]


def test_the_desk_leads_to_sharing_where_several_want_one_offer(offer: ResourceOffer) -> None:
    first, _second = made(offer, 10, 40)
    address = reverse("matching:share", args=[offer.number])
    desk = f"{reverse('matching:desk')}?need={first.need.number}"
    assert address in browser(people.coordinator().user_id).get(desk).content.decode()
    assert address not in browser(people.auditor().user_id).get(desk).content.decode()
