"""Who sees what."""

import re

import pytest

from core.access import Access, Viewer, owner_of

ANN, BEN = Viewer(owner_of("ann")), Viewer(owner_of("ben"))
TEACHER = Viewer(owner_of("teacher"), is_teacher=True)
PRIVATE = Access(owners=(ANN.owner,))


@pytest.mark.parametrize(
    ("viewer", "access", "sees", "changes"),
    [
        (ANN, PRIVATE, True, True),
        (BEN, PRIVATE, False, False),
        (TEACHER, PRIVATE, True, True),
        (BEN, Access(owners=(ANN.owner,), published=True), True, False),
        (BEN, Access(owners=(ANN.owner, BEN.owner)), True, True),
        (BEN, Access(), True, True),
    ],
)
def test_owners_the_teacher_and_what_is_published(viewer, access, sees, changes):
    assert (viewer.sees(access), viewer.may_change(access)) == (sees, changes)


def test_files_never_hold_a_token():
    token = "0123456789abcdef" * 2
    assert re.fullmatch("[0-9a-f]{32}", owner_of(token))
    assert owner_of(token) != token
    assert owner_of(token) != owner_of(token[::-1])
