"""Who sees what on a server that several browsers share: a run or a set has owners, and can be published to all.

A browser is known by its token of 128 random bits, which only its cookie holds. Files name an owner by a digest of the
token, so that who reads or takes away a file cannot act as its owner.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from core.knobs import Frozen


class Access(Frozen):
    """Who may see a run or a set.

    Attributes:
        owners: As `owner_of` names them. Nobody: it came from the command line, or from before there were owners, and
            belongs to all browsers of this computer.
        published: Whether everybody sees it.
    """

    owners: tuple[str, ...] = ()
    published: bool = False


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks at things.

    Attributes:
        owner: As `owner_of` names the browser.
        is_teacher: Whether it showed the teacher's token.
    """

    owner: str
    is_teacher: bool = False

    def sees(self, access: Access) -> bool:
        """Whether it may be shown."""
        return access.published or self.may_change(access)

    def may_change(self, access: Access) -> bool:
        """Whether it may be renamed, stopped, published and deleted."""
        return self.is_teacher or not access.owners or self.owner in access.owners


def owner_of(token: str) -> str:
    """What files call the browser with this token: 32 hexadecimal digits, from which the token cannot be found."""
    return hashlib.sha256(f"cnn-studio owner {token}".encode()).hexdigest()[:32]
