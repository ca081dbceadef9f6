"""/konto/: what is a reader's own. Sign-in and keys below it are allauth's."""

from django.urls import path
from django.views.generic import RedirectView

from allmende.people import account_views as views

urlpatterns = [
    path("konto/", views.home, name="account_home"),
    path("konto/adresse/neu/", views.add_address, name="account_add_address"),
    path("konto/adresse/", views.change_address, name="account_change_address"),
    path("konto/adresse/zurueck/<str:token>/", views.take_back, name="account_take_back"),
    path("konto/adresse/umzug/<str:token>/", views.move, name="account_move"),
    path("konto/adresse/<str:token>/", views.confirm_address, name="account_confirm_address"),
    path("konto/abmelden/", views.sign_out_everywhere, name="account_sign_out_everywhere"),
    path("konto/daten/", views.data, name="account_data"),
    path("konto/daten.json", views.data_as_json, name="account_data_as_json"),
    path("konto/loeschen/", views.erase, name="account_erase"),
    # In the place of allauth's own.
    path("konto/email/", RedirectView.as_view(pattern_name="account_home"), name="account_email"),
    path("konto/2fa/webauthn/add/", views.AddKeyView.as_view(), name="mfa_add_webauthn"),
]
