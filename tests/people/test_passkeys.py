"""A reader's passkey is a way in, not a second lock."""

import json

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tests.people import cast
from tests.people.test_second_factor import add_passkey, sign_in_with

# A key counts once its setting up is committed.
pytestmark = pytest.mark.django_db(transaction=True)
LENE = "lene@bote.example"


def test_reader_signs_in_by_passkey_and_without_it_by_code(client: Client) -> None:
    cache.clear()
    lene = cast.reader(LENE)
    cast.sign_in(client, LENE)
    key = add_passkey(client)
    assert lene.authenticator_set.count() == 1  # and no recovery codes
    assert [one.to for one in mail.outbox] == [[LENE], [LENE]]  # the code, and that a key was added
    later = Client()
    sign_in_with(later, key)
    assert later.get("/konto/").status_code == 200
    lost = Client()
    cast.sign_in(lost, LENE)
    assert lost.get("/konto/").status_code == 200
    row = lene.authenticator_set.get()
    lost.post(f"/konto/2fa/webauthn/keys/{row.pk}/remove/")
    assert lene.authenticator_set.count() == 0
    assert json.loads(lost.get("/konto/daten.json").content)["keys"] == []
