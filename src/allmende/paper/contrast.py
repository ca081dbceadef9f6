"""How well one colour is read on another, by WCAG 2.2's formula (relative luminance).

https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
"""

LIGHT_PAGE = "#fbf8f2"
DARK_PAGE = "#14120f"
READABLE = 4.5  # WCAG 2.2, 1.4.3 (AA), text of ordinary size


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", 0 (black) to 1 (white)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Ratio of two colours "#rrggbb", 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
