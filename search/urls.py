"""Paths of search: the market, subscriptions, and what staff keep of it."""

from django.urls import path

from search.views import market, saved, synonyms

app_name = "search"

urlpatterns = [
    path("market/", market.Market.as_view(), name="market"),
    path("market/suggest/", market.Suggest.as_view(), name="suggest"),
    path("market/export/", market.Export.as_view(), name="export"),
    path("market/subscribe/", saved.Subscribe.as_view(), name="subscribe"),
    path("market/saved/", saved.SavedList.as_view(), name="saved-list"),
    path("market/saved/restore/<str:token>/", saved.Restore.as_view(), name="saved-restore"),
    path("market/saved/<int:pk>/rename/", saved.Rename.as_view(), name="saved-rename"),
    path("market/saved/<int:pk>/pause/", saved.Pause.as_view(), name="saved-pause"),
    path("market/saved/<int:pk>/seen/", saved.MarkSeen.as_view(), name="saved-seen"),
    path("market/saved/<int:pk>/delete/", saved.Delete.as_view(), name="saved-delete"),
    path("synonyms/", synonyms.SynonymList.as_view(), name="synonym-list"),
    path("synonyms/new/", synonyms.SynonymEdit.as_view(), name="synonym-new"),
    path("synonyms/undo/<str:token>/", synonyms.SynonymUndo.as_view(), name="synonym-undo"),
    path("synonyms/<path:key>/edit/", synonyms.SynonymEdit.as_view(), name="synonym-edit"),
    path("synonyms/<path:key>/switch/", synonyms.SynonymSwitch.as_view(), name="synonym-switch"),
    path("synonyms/<path:key>/remove/", synonyms.SynonymRemove.as_view(), name="synonym-remove"),
]
