"""What is said about pictures worth a look: one plain sentence each, from counts."""

from __future__ import annotations

from collections.abc import Sequence

from core.i18n import _, ngettext

NAMED = 3  # small classes that are named; the others are counted


def leakage(tests: int, validations: int) -> str:
    """On test and validation pictures that have a copy in the training part; one of the counts is above 0."""
    if not validations:
        text = ngettext(
            "{tests:,} test picture is also in training, so the score would look too good.",
            "{tests:,} test pictures are also in training, so the score would look too good.",
            tests,
        )
    elif not tests:
        text = ngettext(
            "{validations:,} validation picture is also in training, so the validation curve would look too good.",
            "{validations:,} validation pictures are also in training, so the validation curve would look too good.",
            validations,
        )
    else:
        text = _(
            "{tests:,} of the test and {validations:,} of the validation pictures are also in training, "
            "so the score and the validation curve would look too good."
        )
    return text.format(tests=tests, validations=validations)


def conflict(pictures: int) -> str:
    """On copies that carry different classes."""
    return _("{pictures:,} pictures have a copy in another class, so no network can get all of them right.").format(
        pictures=pictures
    )


def duplicates(pictures: int, groups: int) -> str:
    """On exact copies, `pictures` of `groups` different ones."""
    return ngettext(
        "{groups:,} picture is there more than once, {pictures:,} times in all; its copies add nothing new.",
        "{groups:,} pictures are there more than once, {pictures:,} times in all; their copies add nothing new.",
        groups,
    ).format(pictures=pictures, groups=groups)


def near_duplicates(pictures: int, groups: int) -> str:
    """On near copies, `pictures` of `groups` different ones."""
    return ngettext(
        "{groups:,} picture is there again with hardly a change, {pictures:,} times in all: "
        "saved again, resized, brighter or a little cropped.",
        "{groups:,} pictures are there again with hardly a change, {pictures:,} times in all: "
        "saved again, resized, brighter or a little cropped.",
        groups,
    ).format(pictures=pictures, groups=groups)


def dark(pictures: int) -> str:
    """On pictures in which nearly every pixel is dark."""
    return ngettext(
        "{pictures:,} picture is very dark: hardly anything can be seen in it.",
        "{pictures:,} pictures are very dark: hardly anything can be seen in them.",
        pictures,
    ).format(pictures=pictures)


def blurred(pictures: int) -> str:
    """On pictures without fine detail."""
    return ngettext(
        "{pictures:,} picture is very blurred: its fine detail is gone.",
        "{pictures:,} pictures are very blurred: their fine detail is gone.",
        pictures,
    ).format(pictures=pictures)


def constant(pictures: int) -> str:
    """On pictures of one colour."""
    return ngettext(
        "{pictures:,} picture is of one single colour: there is nothing in it to learn from.",
        "{pictures:,} pictures are of one single colour: there is nothing in them to learn from.",
        pictures,
    ).format(pictures=pictures)


def small_classes(classes: Sequence[tuple[str, int]]) -> str:
    """On classes, by name and number of pictures, that have few."""
    listed = ", ".join(f"{name} ({count:,})" for name, count in classes[:NAMED])
    if len(classes) > NAMED:
        listed = _("{classes} and {more:,} more").format(classes=listed, more=len(classes) - NAMED)
    return ngettext(
        "This class has few pictures to learn and to test with: {classes}.",
        "These classes have few pictures to learn and to test with: {classes}.",
        len(classes),
    ).format(classes=listed)
