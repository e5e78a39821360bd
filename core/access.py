"""Who sees what on a server that several browsers share: a run or a set has owners, and can be published to all.

A browser is known by its token of 128 random bits, which only its cookie holds. Files name an owner by a digest of the
token, so that who reads or takes away a file cannot act as its owner.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import model_validator

from core.knobs import Frozen


class Access(Frozen):
    """Who may see a run or a set.

    Attributes:
        owners: As `owner_of` names them. Nobody: it came from the command line, or from before there were owners, and
            belongs to all browsers of this computer.
        published_by: Those of the owners who show it to everybody: each may take back its own showing alone.
    """

    owners: tuple[str, ...] = ()
    published_by: tuple[str, ...] = ()

    @property
    def published(self) -> bool:
        """Whether everybody sees it."""
        return bool(self.published_by)

    def publishes(self, viewer: Viewer) -> bool:
        """Whether the viewer shows it to everybody; of a teacher who does not own it, whether anybody does."""
        return self.published if self._is_only_watched_by(viewer) else viewer.owner in self.published_by

    def shown(self, published: bool, viewer: Viewer) -> Access:
        """With the viewer showing it to all or no longer; a teacher shows it for all owners, and hides it whole."""
        mine = self.owners if self._is_only_watched_by(viewer) else (viewer.owner,)
        gone = self.published_by if viewer.is_teacher else mine
        others = tuple(owner for owner in self.published_by if owner not in (mine if published else gone))
        return self.model_copy(update={"published_by": (*others, *mine) if published else others})

    def without(self, owner: str) -> Access:
        """After this owner has left."""
        owners, published_by = (
            tuple(one for one in names if one != owner) for names in (self.owners, self.published_by)
        )
        return Access(owners=owners, published_by=published_by)

    def _is_only_watched_by(self, viewer: Viewer) -> bool:
        return viewer.is_teacher and viewer.owner not in self.owners

    @model_validator(mode="before")
    @classmethod
    def _of_one_flag(cls, found: Any) -> Any:
        """Files from before each owner published for itself hold one flag for all of them."""
        if not isinstance(found, dict) or not isinstance(found.get("published"), bool):
            return found
        rest = {name: value for name, value in found.items() if name != "published"}
        return {"published_by": rest.get("owners", ()) if found["published"] else (), **rest}


NOBODY = Access(owners=("nobody",))  # but the teacher: of what does not say whose it is


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


COMMAND_LINE = Viewer("", is_teacher=True)  # whoever types commands on the computer itself may read every file anyway


@lru_cache(maxsize=4096)
def access_of(owner: str, published: bool) -> Access:
    """Of what has one owner, "" for nobody. Lists ask for that of ten thousand runs, so it is made once."""
    return Access(owners=(owner,) if owner else (), published_by=(owner,) if published else ())


def owner_of(token: str) -> str:
    """What files call the browser with this token: 32 hexadecimal digits, from which the token cannot be found."""
    return hashlib.sha256(f"cnn-studio owner {token}".encode()).hexdigest()[:32]
