"""How much of a knob a picture got, in short, under the pictures of the strip."""

from __future__ import annotations

from core.augmentation.draws import Draws
from core.i18n import _


def level(knob: str, draws: Draws, place: int) -> str:
    """What `knob` does to picture `place` of `draws`: "↺ 30°", "→ 20 %", "× 1.2"."""
    match knob:
        case "rotation":
            text = _signed(draws.rotation[place], "↺ {:.0f}°", "↻ {:.0f}°")
        case "shear":
            text = _signed(draws.shear[place], "← {:.0f}°", "→ {:.0f}°")
        case "width_shift":
            text = _signed(100 * draws.shift_x[place], "← {:.0f} %", "→ {:.0f} %")
        case "height_shift":
            text = _signed(100 * draws.shift_y[place], "↑ {:.0f} %", "↓ {:.0f} %")
        case "zoom":
            text = f"× {1 / draws.zoom_x[place]:.2f}"
        case "brightness" | "contrast":
            text = f"× {getattr(draws, knob)[place]:.2f}"
        case "channel_shift":
            text = f"{draws.channel_shift[place]:+.0f}"
        case "noise":
            text = f"± {draws.noise[place]:.0f}"
        case "cutout":
            text = f"{100 * draws.cutout[place]:.0f} %"
        case _flip:
            on = draws.flip_horizontal if knob == "horizontal_flip" else draws.flip_vertical
            text = _("mirrored") if on[place] else _("as it is")
    return text.replace("+0", "0").replace("-0", "0").replace("-", "\N{MINUS SIGN}")


def _signed(value: float, positive: str, negative: str) -> str:
    """The size of a value with the arrow of its direction; none for 0."""
    return (positive if value > 0 else negative if value else positive[2:]).format(abs(value))
