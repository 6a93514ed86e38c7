"""A picture that stands for every scanned paper of the demo county."""

import io
from functools import cache

from PIL import Image, ImageDraw


@cache
def paper() -> bytes:
    """PNG, 420 × 297 px: grey lines where writing would be."""
    picture = Image.new("RGB", (420, 297), "#f4f1e8")
    draw = ImageDraw.Draw(picture)
    for line in range(9):
        draw.line((40, 60 + 22 * line, 380 - 30 * (line % 3), 60 + 22 * line), "#8a8f98", 3)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
