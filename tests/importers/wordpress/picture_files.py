"""Files as they lie in a folder of uploads: good ones, hostile ones, and of every kind."""

import io
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from tests.importers.wordpress.samples import item, meta


def drawn(seed: int = 1, size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    picture = Image.radial_gradient("L").resize(size).convert("RGB")
    ImageDraw.Draw(picture).line((0, seed % size[1], size[0], seed * 7 % size[1]), fill="#7a4a21")
    return picture.convert(mode)


def put(file: Path, seed: int = 1, **options: Any) -> Path:
    """A picture; its format is that of the name unless `format` says another."""
    file.parent.mkdir(parents=True, exist_ok=True)
    size, mode = options.pop("size", (64, 48)), options.pop("mode", "RGB")
    drawn(seed, size, mode).save(file, **options)
    return file


def moving(file: Path) -> Path:
    frames = [drawn(seed, mode="P") for seed in (1, 9, 21)]
    frames[0].save(file, save_all=True, append_images=frames[1:])
    return file


def cut_off(file: Path) -> Path:
    data = io.BytesIO()
    drawn(3, (400, 300)).save(data, "JPEG")
    file.write_bytes(data.getvalue()[: len(data.getvalue()) // 2])
    return file


def attachment(number: int, name: str, inside: str = "", **fields: str) -> str:
    """The export's item of an upload, as https://alt.example/wp-content/uploads/`name`."""
    given = {
        "title": Path(name).stem,
        "wp:post_id": str(number),
        "wp:post_type": "attachment",
        "wp:status": "inherit",
        "wp:attachment_url": f"https://alt.example/wp-content/uploads/{name}",
        "link": f"https://bote.example/?attachment_id={number}",
        "content:encoded": "",
        "excerpt:encoded": "",
    }
    return item(given | {k.replace("__", ":"): v for k, v in fields.items()}, inside=inside)


def alternative(text: str) -> str:
    return meta("_wp_attachment_image_alt", text)


def lead(number: int) -> str:
    return meta("_thumbnail_id", str(number))


def shown(name: str, *, host: str = "https://bote.example", alt: str = "") -> str:
    return f'<img src="{host}/wp-content/uploads/{name}" alt="{alt}" />'
