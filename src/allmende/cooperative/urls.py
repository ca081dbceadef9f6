"""/genossenschaft/, /cooperative/ and the statutes are baked; /beitreten/ enters Django."""

from django.urls import path

from allmende.cooperative import join_views, own_views, views

urlpatterns = [
    path("genossenschaft/", views.about, {"language": "de"}, name="cooperative"),
    path("cooperative/", views.about, {"language": "en"}, name="cooperative"),
    path("genossenschaft/satzung-<int:number>.pdf", views.document, name="statute"),
    path("beitreten/", join_views.wish, name="join"),
    path("beitreten/ausdruck/", own_views.printout, name="join_printout"),
    path("beitreten/bestaetigen/<str:token>/", own_views.confirm, name="join_confirm"),
    path("beitreten/erklaerung/<str:token>/", own_views.own, name="join_own"),
    path("beitreten/erklaerung/<str:token>/erklaerung.pdf", own_views.own_paper, name="join_paper"),
    path("beitreten/<uuid:key>/", join_views.details, name="join_details"),
    path("beitreten/<uuid:key>/pruefen/", join_views.check, name="join_check"),
    path("beitreten/<uuid:key>/danke/", join_views.thanks, name="join_thanks"),
    path(
        "beitreten/<uuid:key>/formular-<int:number>.pdf", join_views.form_to_sign, name="join_form"
    ),
]
