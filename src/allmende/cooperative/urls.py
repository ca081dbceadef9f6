"""/genossenschaft/, /cooperative/ and the statutes are baked; /beitreten/ enters Django, and
/konto/mitglied/ is a member's own."""

from django.urls import path

from allmende.cooperative import join_views, member_deeds, member_views, own_views, views

MEMBER = "konto/mitglied/<int:number>/"

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
    path(MEMBER, member_views.home, name="member"),
    path(f"{MEMBER}auszug.pdf", member_views.extract, name="member_extract"),
    path(f"{MEMBER}beitritt.pdf", member_views.declaration, name="member_declaration"),
    path(f"{MEMBER}erklaerung-<int:event>.pdf", member_views.further_paper, name="member_paper"),
    path(f"{MEMBER}angaben/", member_deeds.details, name="member_details"),
    path(f"{MEMBER}anteile/", member_deeds.further, name="member_further"),
    path(f"{MEMBER}anteile/pruefen/", member_deeds.further_check, name="member_further_check"),
    path(f"{MEMBER}anteile/formular.pdf", member_deeds.further_form, name="member_further_form"),
    path(
        f"{MEMBER}anteile/<int:event>/zurueck/",
        member_deeds.further_back,
        name="member_further_back",
    ),
    path(f"{MEMBER}konto/", member_deeds.account, name="member_account"),
    path(f"{MEMBER}kuendigung/", member_deeds.notice, name="member_notice"),
    path(f"{MEMBER}kuendigung/pruefen/", member_deeds.notice_check, name="member_notice_check"),
    path(f"{MEMBER}kuendigung/formular.pdf", member_deeds.notice_form, name="member_notice_form"),
    path(
        f"{MEMBER}kuendigung/<int:event>/zurueck/", member_deeds.take_back, name="member_take_back"
    ),
]
