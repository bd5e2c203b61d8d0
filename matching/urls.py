"""Paths of matching."""

from django.urls import path

from matching.views import answer, candidates, carry, choose, desk, match, reports, settings, share

app_name = "matching"

urlpatterns = [
    path("matches/", match.MatchList.as_view(), name="match-list"),
    path("matches/<str:number>/", match.MatchDetail.as_view(), name="match-detail"),
    path("matches/<str:number>/propose/", answer.Propose.as_view(), name="match-propose"),
    path(
        "matches/<str:number>/propose/now/",
        answer.ProposeAtOnce.as_view(),
        name="match-propose-now",
    ),
    path("matches/<str:number>/accept/", answer.Accept.as_view(), name="match-accept"),
    path("matches/<str:number>/decline/", answer.Decline.as_view(), name="match-decline"),
    path("matches/<str:number>/dismiss/", answer.Dismiss.as_view(), name="match-dismiss"),
    path("matches/<str:number>/withdraw/", answer.Withdraw.as_view(), name="match-withdraw"),
    path("matches/<str:number>/cancel/", answer.Cancel.as_view(), name="match-cancel"),
    path("matches/<str:number>/contact/", carry.LookAtContact.as_view(), name="match-contact"),
    path("matches/<str:number>/messages/", carry.WriteMessage.as_view(), name="match-message"),
    path("matches/<str:number>/confirm/", carry.ConfirmAll.as_view(), name="match-confirm"),
    path("matches/<str:number>/end/", carry.EndEarly.as_view(), name="match-end"),
    path("matches/<str:number>/feedback/", carry.GiveFeedback.as_view(), name="match-feedback"),
    path("matches/<str:number>/deliveries/", carry.RecordDelivery.as_view(), name="delivery-new"),
    path(
        "matches/<str:number>/deliveries/<str:delivery>/confirm/",
        carry.ConfirmDelivery.as_view(),
        name="delivery-confirm",
    ),
    path(
        "matches/<str:number>/deliveries/<str:delivery>/question/",
        carry.QuestionDelivery.as_view(),
        name="delivery-question",
    ),
    path(
        "matches/<str:number>/deliveries/<str:delivery>/correct/",
        carry.CorrectDelivery.as_view(),
        name="delivery-correct",
    ),
    path("desk/", desk.Desk.as_view(), name="desk"),
    path("desk/funnel/", reports.Funnel.as_view(), name="funnel"),
    path("desk/weights/", settings.Weights.as_view(), name="weights"),
    path("desk/weights/<str:code>/", settings.ChangeWeight.as_view(), name="weight-edit"),
    path("desk/impossible/", settings.MarkImpossible.as_view(), name="impossible-new"),
    path(
        "desk/impossible/<int:pk>/delete/",
        settings.UnmarkImpossible.as_view(),
        name="impossible-delete",
    ),
    path("desk/<str:number>/propose-all/", desk.ProposeAll.as_view(), name="propose-all"),
    path("desk/<str:number>/compare/", desk.Compare.as_view(), name="compare"),
    path("desk/<str:number>/share/", share.ShareOut.as_view(), name="share"),
    path("desk/<str:number>/choose/", choose.ChooseOffer.as_view(), name="choose"),
    path("typing/<str:side>/", candidates.Typing.as_view(), name="typing"),
]
