"""Words: the reader's language, and the template that translators start from."""

import io

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from core import i18n
from core.home import PROJECT
from core.i18n import LOCALES, N_, _, ngettext, set_language_source


@pytest.fixture
def korean(tmp_path, monkeypatch):
    """A catalogue with one Korean word, instead of those that ship."""
    catalog = Catalog(locale="ko")
    catalog.add("Start", "시작")
    file = tmp_path / "ko" / "LC_MESSAGES" / "cnn_studio.mo"
    file.parent.mkdir(parents=True)
    packed = io.BytesIO()
    write_mo(packed, catalog)
    file.write_bytes(packed.getvalue())
    monkeypatch.setattr(i18n, "LOCALES", tmp_path)
    monkeypatch.setattr(i18n, "_language_source", i18n._language_source)  # put back after the test
    i18n._translations.cache_clear()
    yield
    i18n._translations.cache_clear()


def test_without_a_translation_a_text_stays_as_it_is(korean):
    set_language_source(lambda: "tlh")
    assert (_("Start"), ngettext("{n} run", "{n} runs", 1), ngettext("{n} run", "{n} runs", 2)) == (
        "Start",
        "{n} run",
        "{n} runs",
    )


def test_the_language_is_asked_for_at_each_text(korean):
    languages = iter(["en", "ko", "ko", "en"])
    set_language_source(lambda: next(languages))
    assert [_("Start"), _("Start"), _("Stop"), _("Start")] == ["Start", "시작", "Stop", "Start"]


def test_a_region_falls_back_to_its_language(korean):
    set_language_source(lambda: "ko_KR")
    assert _("Start") == "시작"
    assert _("") == "", "gettext itself would give the catalogue's header"
    set_language_source(lambda: "../../ko")
    assert _("Start") == "Start"


def test_a_marked_text_is_translated_where_it_is_shown(korean):
    set_language_source(lambda: "ko")
    table = {"start": N_("Start")}
    assert (table["start"], _(table["start"])) == ("Start", "시작")


def test_the_template_has_every_text():
    """`make messages` brings it up to date."""
    with (PROJECT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(PROJECT, methods, options, DEFAULT_KEYWORDS | {"N_": None})
    texts = {text for _file, _line, text, _comments, _context in found}
    with (LOCALES / "cnn_studio.pot").open("rb") as file:
        template = {message.id for message in read_po(file) if message.id}
    missing, stale = texts - template, template - texts
    assert not missing, "run `make messages`"
    assert not stale, "run `make messages`"
    assert len(texts) > 100
