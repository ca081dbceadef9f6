"""Papers to keep: PDFs from typst templates, tagged for screen readers (PDF/UA-1).

    pdf.render(template, {"name": "Lene"}, fonts=folder, at=moment)

A template reads what it is given as `json(bytes(sys.inputs.data))`, sets a title and a language,
and may import the templates beside it. The same data at the same moment give the same bytes.
"""

import datetime as dt
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from typst import Fonts

STANDARD: Final = "ua-1"


def render(template: Path, data: Mapping[str, Any], *, fonts: Path, at: dt.datetime) -> bytes:
    """The PDF. data: what JSON can hold. fonts: a folder of TTF files, the only ones there are.
    at: when the paper was made, as it says itself.

    Raises typst.TypstError for a template that is wrong, or leaves out what PDF/UA-1 asks.
    """
    import typst  # a compiler of 7 MB, which only who makes papers has to carry

    made = typst.compile(
        template,
        root=template.parent,
        font_paths=faces(fonts),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
        pdf_standards=STANDARD,
        timestamp=int(at.timestamp()),
    )
    assert isinstance(made, bytes)
    return made


@lru_cache(maxsize=4)
def faces(folder: Path) -> "Fonts":
    """Read once a process. The system's own are left out: a paper looks the same everywhere."""
    from typst import Fonts

    return Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
