"""What became of a watched photo, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from core.i18n import _, ngettext
from core.pins import START, right_since


def story(epochs: Sequence[int], rights: Sequence[bool]) -> str:
    """From when on the photo is named right; plain text, empty before the first epoch.

    Args:
        epochs: 0-based; what the untrained network says is luck and does not count.
        rights: Whether it was named right after each of them.
    """
    told = [(epoch + 1, right) for epoch, right in zip(epochs, rights, strict=True) if epoch != START]
    right_in = [epoch for epoch, right in told if right]
    since = right_since([right for _epoch, right in told])
    if not told:
        return ""
    if not right_in:
        text = ngettext("Wrong after the only epoch.", "Wrong after each of {count} epochs.", len(told))
        return text.format(count=len(told))
    if since is None:
        text = ngettext(
            "Right only after epoch {last}, and wrong in the end.",
            "Right after {count} of {all} epochs, the last time after epoch {last}, and wrong in the end.",
            len(right_in),
        )
        return text.format(count=len(right_in), all=len(told), last=right_in[-1])
    return _end(first=right_in[0], since=told[since][0], last=told[-1][0], is_always=since == 0)


def _end(first: int, since: int, last: int, is_always: bool) -> str:
    """Of a photo that is right in the end; epochs are 1-based."""
    if is_always:
        return _("Right from the first epoch on.")
    if first < since:
        return _("First right in epoch {first}, then wrong again; right since epoch {since}.").format(
            first=first, since=since
        )
    if since == last:
        return _("Right for the first time in the last epoch, {epoch}.").format(epoch=last)
    return _("First right in epoch {epoch}, and right ever since.").format(epoch=since)
