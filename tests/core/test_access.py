"""Who sees what."""

import re

import pytest

from core.access import NOBODY, Access, Viewer, owner_of

ANN, BEN = Viewer(owner_of("ann")), Viewer(owner_of("ben"))
TEACHER = Viewer(owner_of("teacher"), is_teacher=True)
PRIVATE = Access(owners=(ANN.owner,))


@pytest.mark.parametrize(
    ("viewer", "access", "sees", "changes"),
    [
        (ANN, PRIVATE, True, True),
        (BEN, PRIVATE, False, False),
        (TEACHER, PRIVATE, True, True),
        (BEN, Access(owners=(ANN.owner,), published_by=(ANN.owner,)), True, False),
        (BEN, Access(owners=(ANN.owner, BEN.owner)), True, True),
        (BEN, Access(), True, True),
    ],
)
def test_owners_the_teacher_and_what_is_published(viewer, access, sees, changes):
    assert (viewer.sees(access), viewer.may_change(access)) == (sees, changes)


def test_what_does_not_say_whose_it_is_is_the_teacher_s_alone():
    assert [viewer.sees(NOBODY) for viewer in (ANN, TEACHER)] == [False, True]


@pytest.mark.parametrize(
    ("viewer", "published", "by", "expected"),
    [
        (Viewer("ann"), True, ("ben",), ("ben", "ann")),
        (Viewer("ann"), True, ("ann", "ben"), ("ben", "ann")),
        (Viewer("ann"), False, ("ann", "ben"), ("ben",)),
        (Viewer("ann", is_teacher=True), True, ("ben",), ("ben", "ann")),
        (Viewer("ann", is_teacher=True), False, ("ann", "ben"), ()),
        (TEACHER, True, ("ben",), ("ann", "ben")),
        (TEACHER, False, ("ann", "ben"), ()),
    ],
)
def test_each_owner_shows_for_itself_and_a_teacher_for_all(viewer, published, by, expected):
    shown = Access(owners=("ann", "ben"), published_by=by).shown(published, viewer)
    assert shown.published_by == expected
    assert shown.publishes(viewer) is published


def test_files_never_hold_a_token():
    token = "0123456789abcdef" * 2
    assert re.fullmatch("[0-9a-f]{32}", owner_of(token))
    assert owner_of(token) != token
    assert owner_of(token) != owner_of(token[::-1])
