"""/kampagne/…/ and the public accounts are baked; /beitrag/ enters Django."""

from django.urls import path

from allmende.contributions import give_views, manage_views, views

urlpatterns = [
    path("kampagne/<slug:slug>/", views.campaign, name="campaign"),
    path("offene-buecher/", views.accounts, {"language": "de"}, name="public_accounts"),
    path("open-books/", views.accounts, {"language": "en"}, name="public_accounts"),
    path("beitrag/", give_views.gift, name="contribute"),
    path("beitrag/<uuid:key>/", give_views.person, name="contribute_person"),
    path("beitrag/<uuid:key>/pruefen/", give_views.check, name="contribute_check"),
    path("beitrag/<uuid:key>/weiter/", give_views.onward, name="contribute_onward"),
    path("beitrag/<uuid:key>/danke/", give_views.thanks, name="contribute_thanks"),
    path("beitrag/<uuid:key>/abgebrochen/", give_views.gone, name="contribute_gone"),
    path("beitrag/<uuid:key>/noch-einmal/", give_views.again, name="contribute_again"),
    path("beitrag/verwalten/", manage_views.ask_link, name="contribution_link"),
    path("beitrag/kuendigen/", manage_views.terminate, name="contribution_terminate"),
    path("beitrag/verwalten/<str:token>/", manage_views.manage, name="contribution_manage"),
    path(
        "beitrag/verwalten/<str:token>/<int:pk>/<str:kind>/",
        manage_views.declare,
        name="contribution_declare",
    ),
    path(
        "beitrag/verwalten/<str:token>/nachweis-<int:year>.pdf",
        manage_views.statement,
        name="contribution_statement",
    ),
    path("beitrag/hinweise/", views.hints, name="contribution_hints"),
    path("beitrag/erinnern/", views.ask_reminder, name="contribution_reminder"),
    path("beitrag/erinnern/<str:token>/", views.confirm_reminder, name="contribution_remind"),
    path("beitrag/nicht-erinnern/<str:token>/", views.end_reminder, name="contribution_no_more"),
]
