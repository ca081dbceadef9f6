"""How well an article answers: counted in its words, the same on every database.

A word in the headline weighs more than one in the text; the tenth mention adds little to the
ninth; a compound counts less than the word itself. Of equals the newer comes first.
"""

from collections.abc import Mapping, Sequence

# Headline, lead, names, text, joined words: see `index.words_of`.
ZONES = (6.0, 3.0, 3.0, 1.0, 1.0)
COMPOUND = 0.4
BORDER = "_"  # between two zones
ENOUGH = 3.0  # mentions after which more hardly count (k of BM25)
TYPICAL = 400  # words; a longer text says everything more often

Weights = Mapping[str, tuple[int, float]]


def weights_of(
    forms: Sequence[tuple[Sequence[str], Sequence[str]]],
) -> dict[str, tuple[int, float]]:
    """For each form that counts: which of the words it is for, and how much it weighs.

    forms: for each word its stems and its compounds.
    """
    weights: dict[str, tuple[int, float]] = {}
    for number, (stems, compounds) in enumerate(forms):
        for compound in compounds:
            weights.setdefault(compound, (number, COMPOUND))
        for stem in stems:
            weights[stem] = (number, 1.0)
    return weights


def score(words: str, weights: Weights) -> float:
    """words: as a row keeps them, with underscores between the zones."""
    said, met, zone = words.split(), dict[int, float](), 0
    for word in filter({*weights, BORDER}.__contains__, said):
        if word == BORDER:
            zone += 1
            if zone == len(ZONES):
                break
        else:
            number, weight = weights[word]
            met[number] = met.get(number, 0.0) + weight * ZONES[zone]
    spread = 0.5 + 0.5 * len(said) / TYPICAL
    return sum(mentions / (mentions + ENOUGH * spread) for mentions in met.values())
