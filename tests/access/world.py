"""A small town in which every page has something to show: who is there, and what belongs to whom."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.test import Client
from django.utils import timezone

from accounts import operations as account_operations
from accounts.models import ApiScope, OperatorRole, Organization, User
from core.permissions import Actor
from marketplace import operations as market
from matching import operations as matching
from matching import queries
from matching.models import Match, Side
from matching.queries import corpus
from search import operations as search
from tests.factories import accounts as make
from tests.factories.archive import make_file
from tests.factories.inbox import make_message
from tests.factories.marketplace import category, make_need, make_offer
from tests.factories.sheets import GOOD, begun, book

ROLES = (
    "nobody",
    "stranger",
    "reader",
    "editor",
    "admin",
    "partner",
    "outsider",
    "coordinator",
    "administrator",
    "auditor",
)
"""`reader`, `editor` and `admin` are of one community (its things are "own"); `partner` is the
organization it is linked with, `outsider` a third one, both verified; `stranger` has none."""


@dataclass
class World:
    """`things` maps the word that the table uses to the arguments of an address."""

    users: dict[str, User] = field(default_factory=dict)
    things: dict[str, list[str]] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        client = Client()
        if role in self.users:
            backend = "allauth.account.auth_backends.AuthenticationBackend"
            client.force_login(self.users[role], backend=backend)
        return client

    def actor(self, role: str, organization: Organization | None = None) -> Actor:
        return make.actor_for(self.users[role], organization)


def build() -> World:
    world = World()
    own = make.make_organization("春晓社区居民委员会", contact_phone="13800000001")
    giver = make.make_organization("康乐社区食堂", kind="ENTERPRISE")
    third = make.make_organization("青藤公益服务中心")
    _people(world, own, giver, third)
    _accounts(world, own)
    _entries(world, own, third)
    _matches(world, own, giver)
    _rest(world, own)
    return world


def _people(world: World, own: Organization, giver: Organization, third: Organization) -> None:
    world.users["stranger"] = make.make_user("路人")
    for role in ("reader", "editor", "admin"):
        world.users[role] = make.make_membership(make.make_user(role), own, role.upper()).user
    world.users["partner"] = make.make_membership(make.make_user("partner"), giver, "ADMIN").user
    world.users["outsider"] = make.make_membership(make.make_user("outsider"), third, "ADMIN").user
    for role in ("coordinator", "administrator", "auditor"):
        world.users[role] = make.make_user(role)
        make.make_role_grant(world.users[role], OperatorRole(role.upper()))


def _accounts(world: World, own: Organization) -> None:
    now, things = timezone.now(), world.things
    admin = world.actor("admin", own)
    things["own organization"] = [own.number]
    things["own member"] = [own.number, world.users["reader"].number]
    things["a person"] = [world.users["stranger"].number]
    things["decision"] = [own.number, "suspend"]
    invitation, secret = account_operations.invite(
        organization=own, role="EDITOR", invitee="新同事", by=admin, at=now
    )
    things["own invitation"] = [own.number, invitation.number]
    things["invitation link"] = [secret]
    token, _secret = account_operations.create_token(
        organization=own, name="街道平台", scopes=[ApiScope.SEARCH_READ], by=admin, at=now
    )
    things["own token"] = [own.number, token.number]
    grant = make.make_role_grant(make.make_user("值班员"), OperatorRole.COORDINATOR)
    things["a role"] = [grant.number]
    things["a place"] = ["999901001-01"]
    message = make_message(world.users["admin"])
    things["own message"] = [message.number]


def _entries(world: World, own: Organization, third: Organization) -> None:
    things, by = world.things, world.actor("admin", own)
    need = make_need(by=by, title="高龄老人午餐配送")
    draft = make_need("DRAFT", by=by, title="还没写完的需求")
    things["own need"] = [need.number]
    things["own draft"] = [draft.number]
    things["own submitted"] = [make_need("SUBMITTED", by=by, title="等受理的需求").number]
    things["own withdrawn"] = [make_need("WITHDRAWN", by=by, title="撤回了的需求").number]
    things["own partners' need"] = [
        make_need(by=by, title="给伙伴看的需求", visibility="PARTNERS").number
    ]
    things["own internal need"] = [
        make_need(by=by, title="内部的需求", visibility="INTERNAL").number
    ]
    other = make_need(organization=third, title="另一家的内部需求", visibility="INTERNAL")
    things["another's internal need"] = [other.number]
    offer = make_offer(by=by, title="居委会的会议室")
    things["own resource"] = [offer.number]
    things["own draft resource"] = [make_offer("DRAFT", by=by, title="没写完的资源").number]
    for entry in (need, offer):
        proof = make_file(by=by, name="权属证明.pdf")
        market.add_files(entry, [proof], proof=True, by=by, at=timezone.now())
        things["own proof"] = [proof.number]
        things[f"proof of own {entry.KIND}"] = [entry.number, proof.number]


def _matches(world: World, own: Organization, giver: Organization) -> None:
    things, at = world.things, timezone.now()
    needer, partner = world.actor("admin", own), world.actor("partner", giver)
    coordinator = world.actor("coordinator")

    def pair(title: str) -> Match:
        need = make_need(by=needer, title=title, quantity=Decimal(30))
        offer = make_offer(by=partner, title=f"可以{title}", quantity=Decimal(50))
        return matching.propose_pair(need, offer, by=coordinator, at=at)

    def linked(title: str) -> Match:
        match = matching.accept(pair(title), Side.NEED, by=needer, at=at)
        return matching.accept(match, Side.RESOURCE, by=partner, at=at)

    asked, running, done = pair("送午餐"), linked("送早餐"), linked("送晚餐")
    for match in (running, done):
        matching.record_delivery(
            match, quantity=match.quantity, day=timezone.localdate(at), by=partner, at=at
        )
        match.refresh_from_db()
    delivery = running.deliveries.get()
    matching.confirm_all(done, by=needer, at=at, early=True)
    things["asked match"] = [asked.number]
    things["running match"] = [running.number]
    things["confirmed match"] = [done.number]
    things["a delivery"] = [running.number, delivery.number]
    things["need on the desk"] = things["own need"]
    things["candidate"] = [_candidate(needer, partner).number]
    things["resource of the partner"] = [asked.resource.number]
    evidence = make_file(by=partner, name="签收表.pdf")
    matching.write_message(running, "请看附件", files=[evidence], by=partner, at=at)
    things["file of a message"] = [evidence.number]


def _candidate(needer: Actor, partner: Actor) -> Match:
    """Computed, and told to nobody."""
    at = timezone.now()
    need = make_need(by=needer, title="高龄老人理发", quantity=Decimal(5))
    offer = make_offer(by=partner, title="上门为高龄老人理发", quantity=Decimal(9))
    corpus.forget()
    found = queries.proposals_for_need(need, at)
    matching.suggest(need, found, {offer.number: offer}, at=at)
    return Match.objects.get(need=need, resource=offer)


def _rest(world: World, own: Organization) -> None:
    things, at = world.things, timezone.now() + timedelta(seconds=1)
    admin, administrator = world.actor("admin", own), world.actor("administrator")
    things["own import"] = [begun(book(GOOD), admin).number]
    saved = search.save_search(by=admin, at=at, state="q=%E5%8A%A9%E9%A4%90", label="助餐")
    things["own search"] = [str(saved.pk)]
    pair = matching.mark_impossible(
        category("elderly"), category("legal"), note="不会", by=administrator, at=at
    )
    things["impossible pair"] = [str(pair.pk)]
    things["a weight"] = ["distance"]
    things["a category"], things["a unit"], things["a group"] = ["legal"], ["portion"], ["elderly"]
    things["a synonym"] = ["项目"]
    things["options"], things["year"] = ["matching"], ["2026"]
    things["help topic"], things["an error"] = ["post-need"], ["invalid"]
    things["side"] = ["need"]
    things["undo token"] = ["x"]
    things["renewal"] = ["x", "y"]
    things["e-mail token"] = ["x"]
