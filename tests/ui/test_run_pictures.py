"""The pictures of a run that are not here: why, in words."""

from types import SimpleNamespace

import pytest

from core.errors import DataError
from core.home import Home
from core.runs.submit import submit_run
from core.spec import RunSpec
from ui import access, run_pictures, session


def test_a_run_that_came_as_a_bundle_never_had_them_here(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_dataset_id: str) -> None:
        raise DataError("There is no data set.")

    monkeypatch.setattr(access, "studio", lambda: SimpleNamespace(home=home))
    monkeypatch.setattr(session, "browser", lambda: "f" * 32)
    monkeypatch.setattr(session, "is_teacher", lambda _cookies: False)
    info = submit_run(home, RunSpec(), "Made").info()
    assert len(run_pictures.dataset_of(info)) == 1797
    monkeypatch.setattr(run_pictures, "visible_dataset", gone)
    with pytest.raises(DataError, match=r"no longer on this computer as they were"):
        run_pictures.dataset_of(info)
    with pytest.raises(DataError, match=r"came without its pictures. Bring the set in to see them"):
        run_pictures.dataset_of(info.model_copy(update={"imported": True}))
