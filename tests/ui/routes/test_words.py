"""The sentence that ends the race, and what a photo costs."""

import pytest

from core.routes import PUBLISHED, Choices, Cost, mistake_specs
from core.spec import DataSpec
from ui.routes.words import ABOUT, EXPECTED, LOOKS, MISTAKES, cost_words, verdict


@pytest.mark.parametrize(
    ("scores", "sentence"),
    [
        ((0.71, 0.9, 0.91, 0.93), "Fine-tuning + augmentation was best: 93 of 100 right. Own CNN: 71."),
        (
            (0.71, 0.9, 0.93, 0.93),
            "VGG16 fine-tuned and Fine-tuning + augmentation were best: 93 of 100 right. Own CNN: 71.",
        ),
        (
            (0.5, 0.9, 0.9, 0.9),
            "VGG16 features, VGG16 fine-tuned and Fine-tuning + augmentation were best: 90 of 100 right. Own CNN: 50.",
        ),
        ((0.95, 0.9, 0.9, 0.9), "Own CNN was best: 95 of 100 right."),
        ((0.9, 0.9, 0.8, 0.7), "Own CNN and VGG16 features were best: 90 of 100 right."),
        ((1.0, 1.0, 1.0, 1.0), "All four came out alike: 100 of 100 right."),
    ],
)
def test_the_sentence_follows_from_the_numbers(scores: tuple[float, ...], sentence: str) -> None:
    assert verdict(dict(zip(LOOKS, scores, strict=True))) == sentence


def test_a_cost_is_said_with_how_often_it_is_paid() -> None:
    assert cost_words(Cost(0, 1_585_981_536)).replace("\N{NO-BREAK SPACE}", " ") == "1.6 G an epoch"
    assert cost_words(Cost(5_011_144_704, 1_058_912)).replace("\N{NO-BREAK SPACE}", " ") == "5.0 G once, 1.1 M an epoch"


def test_everything_that_is_shown_has_words_and_a_look_of_its_own() -> None:
    assert list(LOOKS) == list(ABOUT) == list(PUBLISHED)
    assert list(MISTAKES) == list(EXPECTED) == list(mistake_specs(DataSpec(), Choices()))
    for part in ("name", "label", "colour", "dash"):
        assert len({getattr(look, part) for look in LOOKS.values()}) == len(LOOKS)
