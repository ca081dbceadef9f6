"""The register of lists that must be empty."""

import pytest

from allmende.lib import proofs

pytestmark = pytest.mark.no_database


def nothing() -> list[str]:
    return []


def test_proofs_are_told_by_name_and_registered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "_all", {})
    first, second = (proofs.Proof(name, "It holds.", nothing) for name in "ab")
    for proof in (second, first, second):
        proofs.register(proof)
    assert proofs.registered() == [first, second]


def test_two_proofs_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "_all", {})
    proofs.register(proofs.Proof("a", "It holds.", nothing))
    with pytest.raises(ValueError, match="'a'"):
        proofs.register(proofs.Proof("a", "It does not.", nothing))
