"""How well an article answers: counted in its words, the same on every database.

A word in the headline weighs more than one in the text; the tenth mention adds little to the
ninth; a compound counts less than the word itself. Of equals the newer comes first.
"""

import re
from collections.abc import Mapping, Sequence

# Headline, lead, names, text, joined words: see `index.words_of`.
ZONES = (6.0, 3.0, 3.0, 1.0, 1.0)
COMPOUND = 0.4
ZONE = re.compile(" _(?= )")
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
    met: dict[int, float] = {}
    for zone, said in enumerate(ZONE.split(words)):
        if zone == len(ZONES):
            break
        for word in filter(weights.__contains__, said.split()):
            number, weight = weights[word]
            met[number] = met.get(number, 0.0) + weight * ZONES[zone]
    spread = 0.5 + 0.5 * words.count(" ") / TYPICAL
    return sum(mentions / (mentions + ENOUGH * spread) for mentions in met.values())
