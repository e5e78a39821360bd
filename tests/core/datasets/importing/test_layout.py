from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets.dataset import TEST, TRAIN, VALIDATION
from core.datasets.importing import layout as layout_module
from core.datasets.importing.layout import Layout, arrange
from core.datasets.importing.names import clean_name
from core.datasets.importing.sources import Entry
from core.datasets.limits import LIMITS
from core.errors import DataError

NAMES = {TRAIN: "train", VALIDATION: "validation", TEST: "test"}


def of(*names: str) -> Layout:
    return arrange([Entry(clean_name(name), 1, place) for place, name in enumerate(names)])


def found(layout: Layout) -> list[str]:
    """Each file as "part class name"."""
    return [f"{NAMES[one.part]} {one.class_name} {one.entry.name.split('/')[-1]}" for one in layout.placed]


def left_out(layout: Layout) -> dict[str, str]:
    return {refusal.name: refusal.reason for refusal in layout.refused}


def test_cats_and_dogs_filtered() -> None:
    layout = of(
        "cats_and_dogs_filtered/train/cats/cat.0.jpg",
        "cats_and_dogs_filtered/train/dogs/dog.0.jpg",
        "cats_and_dogs_filtered/validation/dogs/dog.2000.jpg",
        "cats_and_dogs_filtered/vectorize.py",
    )
    assert found(layout) == ["train cats cat.0.jpg", "train dogs dog.0.jpg", "validation dogs dog.2000.jpg"]
    assert layout.classes == ("cats", "dogs")
    assert "no picture" in left_out(layout)["cats_and_dogs_filtered/vectorize.py"]


def test_flower_photos() -> None:
    layout = of("flower_photos/LICENSE.txt", "flower_photos/tulips/2.jpg", "flower_photos/daisy/1.jpg")
    assert found(layout) == ["train daisy 1.jpg", "train tulips 2.jpg"]
    assert list(left_out(layout)) == ["flower_photos/LICENSE.txt"]


def test_parts_in_mixed_case() -> None:
    layout = of("Training/cat/1.jpg", "VALIDATION/cat/2.jpg", "Test_Set/cat/3.jpg", "Training/dog/4.jpg")
    assert found(layout) == ["train cat 1.jpg", "test cat 3.jpg", "validation cat 2.jpg", "train dog 4.jpg"]


def test_loose_samples_beside_parts_are_no_class() -> None:
    """A well-known set has dataset/single_prediction/cat_or_dog_1.jpg beside training_set and test_set."""
    layout = of(
        "dataset/training_set/cats/1.jpg",
        "dataset/test_set/dogs/2.jpg",
        "dataset/single_prediction/cat_or_dog_1.jpg",
    )
    assert found(layout) == ["train cats 1.jpg", "test dogs 2.jpg"]
    assert "lies in no class folder" in left_out(layout)["dataset/single_prediction/cat_or_dog_1.jpg"]


def test_a_zip_made_on_windows() -> None:
    assert found(of("C:\\photos\\cats\\1.jpg", "C:\\photos\\dogs\\2.jpg")) == ["train cats 1.jpg", "train dogs 2.jpg"]


def test_roots_and_steps_in_a_name_mean_nothing() -> None:
    assert found(of("/../../cats/1.jpg", "..\\dogs/./2.jpg")) == ["train cats 1.jpg", "train dogs 2.jpg"]


@pytest.mark.parametrize("lead", ["", "photos/", "a/b/c/"])
def test_a_single_class_folder_stays(lead: str) -> None:
    assert found(of(f"{lead}hedgehog/1.jpg", f"{lead}hedgehog/2.jpg")) == [
        "train hedgehog 1.jpg",
        "train hedgehog 2.jpg",
    ]


@pytest.mark.parametrize("name", ["train", "test"])
def test_a_single_class_may_be_called_like_a_part(name: str) -> None:
    assert found(of(f"{name}/1.jpg")) == [f"train {name} 1.jpg"]


def test_a_part_folder_around_everything_says_nothing() -> None:
    assert found(of("test/cat/1.jpg", "test/dog/2.jpg")) == ["train cat 1.jpg", "train dog 2.jpg"]


def test_test_beside_cat_is_a_class() -> None:
    assert found(of("animals/cat/1.jpg", "animals/test/2.jpg")) == ["train cat 1.jpg", "train test 2.jpg"]


def test_a_class_called_test_with_a_deeper_folder_is_still_one() -> None:
    layout = of("cat/1.jpg", "cat/2.jpg", "test/more/3.jpg")
    assert found(layout) == ["train cat 1.jpg", "train cat 2.jpg", "train test 3.jpg"]


def test_classes_in_korean_and_arabic() -> None:
    layout = of("동물/고양이/1.jpg", "동물/قطة/2.jpg")
    assert layout.classes == ("قطة", "고양이")


def test_a_composed_and_a_decomposed_name_are_one_class() -> None:
    """A Mac writes é as two characters, Windows as one."""
    assert of("caf\u00e9/1.jpg", "cafe\u0301/2.jpg", "tea/3.jpg").classes == ("caf\u00e9", "tea")


def test_deeper_folders_belong_to_their_class() -> None:
    layout = of("cats/indoor/2020/1.jpg", "cats/2.jpg", "dogs/3.jpg")
    assert [one.class_name for one in layout.placed] == ["cats", "cats", "dogs"]


def test_a_class_alone_keeps_its_deeper_folders_where_most_lie_beside_them() -> None:
    assert of("hedgehog/1.jpg", "hedgehog/2.jpg", "hedgehog/close/3.jpg").classes == ("hedgehog",)


def test_a_stray_picture_does_not_turn_the_wrapper_into_a_class() -> None:
    layout = of("cover.png", "animals/preview.png", "animals/cats/1.jpg", "animals/dogs/2.jpg")
    assert layout.classes == ("cats", "dogs")
    assert list(left_out(layout)) == ["animals/preview.png", "cover.png"]


@pytest.mark.parametrize("name", ["1.JPG", "1.jpeg", "1.jfif", "1.Png", "1.webp", "1.gif", "1.bmp", "1", "1.heic"])
def test_what_may_be_a_picture_is_let_through(name: str) -> None:
    assert len(of(f"cats/{name}").placed) == 1


@pytest.mark.parametrize("name", ["1.txt", "1.py", "labels.csv", "1.mp4", "1.jpg.exe", "1.npy", "more.zip"])
def test_what_is_no_picture_is_refused(name: str) -> None:
    assert list(left_out(of("cats/1.jpg", f"cats/{name}"))) == [f"cats/{name}"]


def test_nothing_in_a_class_folder() -> None:
    with pytest.raises(DataError, match=r"such as cats/1\.jpg.*got 2 pictures in no class folder \(1\.jpg, 2\.jpg\)"):
        of("1.jpg", "2.jpg")


def test_no_picture_at_all() -> None:
    with pytest.raises(DataError, match=r"got 1 files, none of them a picture \(cats/1\.txt\)"):
        of("cats/1.txt")


def test_nothing_at_all() -> None:
    with pytest.raises(DataError, match="got no file that can be read"):
        of()


def test_parts_without_class_folders() -> None:
    """A set of cats and dogs in one heap has train/cat.0.jpg and test/1.jpg: no classes named train and test."""
    with pytest.raises(DataError, match="train and test hold class folders"):
        of("all/train/cat.0.jpg", "all/test/1.jpg")


def test_too_many_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout_module, "LIMITS", dataclasses.replace(LIMITS, classes=2))
    with pytest.raises(DataError, match="at most 2 class folders, got 3"):
        of("a/1.jpg", "b/1.jpg", "c/1.jpg")


def test_the_order_does_not_depend_on_the_order_of_the_files() -> None:
    names = ["train/b/2.jpg", "test/a/1.jpg", "train/a/3.jpg", "train/a/1.jpg", "x.txt"]
    assert found(of(*names)) == found(of(*reversed(names)))
    assert found(of(*names)) == ["train a 1.jpg", "train a 3.jpg", "test a 1.jpg", "train b 2.jpg"]


@settings(deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["train", "test", "cat", "dog", "1.jpg", "", ".."]), max_size=5).map("/".join))
)
def test_each_file_is_placed_or_refused(names: list[str]) -> None:
    try:
        layout = of(*names)
    except DataError:
        return
    assert len(layout.placed) + len(layout.refused) == len(names)
    assert set(layout.classes) == {one.class_name for one in layout.placed}
