"""/newsletter/…/ is baked; /abo/ enters Django."""

from django.urls import path, re_path

from allmende.newsletters import issue_views, views

urlpatterns = [
    re_path(
        r"^newsletter/(?P<slug>[-\w]+)/(?P<date>\d{4}-\d\d-\d\d)/$",
        issue_views.issue,
        name="newsletter_issue",
    ),
    path("newsletter/<slug:slug>/", views.newsletter, name="newsletter"),
    path("abo/anmelden/", views.sign_up, name="newsletters_sign_up"),
    path("abo/neuer-link/", views.fresh_link, name="newsletters_fresh_link"),
    path("abo/bestaetigen/<str:token>/", views.confirm, name="newsletters_confirm"),
    path("abo/einstellungen/<str:token>/", views.preferences, name="newsletters_preferences"),
    path("abo/abmelden/<str:token>/", views.leave, name="newsletters_leave"),
]
