"""The demo's files beside pictures: a peal of bells made of sines, a map to print, a short film."""

import array
import io
import math
import wave
from collections.abc import Callable
from pathlib import Path

from PIL import Image

RATE = 11_025  # samples a second: enough for bells, and small
SECONDS = 9
# A bell's partials: frequency over its strike note, loudness, seconds until it has faded.
PARTIALS = [(0.5, 0.5, 3.0), (1.0, 1.0, 2.2), (1.2, 0.6, 1.6), (1.5, 0.35, 1.2), (2.0, 0.5, 0.9)]
STRIKES = [(0.0, 392.0), (1.1, 329.6), (2.2, 261.6), (3.6, 392.0), (4.7, 329.6), (5.8, 261.6)]


def bells(drawings: Path) -> bytes:
    """Three bells, twice, as a WAV file."""
    samples = array.array("d", bytes(8 * RATE * SECONDS))
    for start, note in STRIKES:
        for ratio, loudness, fading in PARTIALS:
            ring(samples, start, note * ratio, loudness / len(PARTIALS), fading)
    loudest = max(map(abs, samples))
    sound = array.array("h", (int(sample / loudest * 26_000) for sample in samples))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(sound.tobytes())
    return file.getvalue()


def ring(
    samples: "array.array[float]", start: float, frequency: float, loudness: float, fading: float
) -> None:
    first = int(start * RATE)
    turn = 2 * math.pi * frequency / RATE
    for n in range(min(len(samples) - first, int(fading * 3 * RATE))):
        samples[first + n] += loudness * math.exp(-n / RATE / fading * 2) * math.sin(turn * n)


def printed_map(drawings: Path) -> bytes:
    """The drawn map as a PDF."""
    file = io.BytesIO()
    with Image.open(drawings / "auental-karte.jpg") as image:
        image.convert("RGB").save(file, "PDF", resolution=150.0)
    return file.getvalue()


MADE: dict[str, Callable[[Path], bytes]] = {
    "glocken.wav": bells,
    "auental-karte.pdf": printed_map,
}


def content(name: str, *, shipped: Path, drawings: Path) -> bytes:
    """What is in the file of this name: made here, or shipped in `shipped`."""
    make = MADE.get(name)
    return make(drawings) if make else (shipped / name).read_bytes()
