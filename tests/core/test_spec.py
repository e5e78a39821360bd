"""The one specification: its link, its knobs, and what it refuses."""

import base64
import json
import zlib
from typing import Literal, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from core.architecture.layers import LAYERS, Conv2D, Dense, Dropout, Flatten, MaxPool2D, OwnCNN
from core.datasets.shapes import ShapesSpec, shapes_id
from core.datasets.store import is_there
from core.errors import StudioError
from core.knobs import knob_of, knobs_of
from core.spec import MAX_QUERY, DataSpec, RunSpec, TrainingSpec, describe_invalid, from_query, to_query

LAYER_CLASSES = [layer for layer, _name, _help in LAYERS.values()]
SPEC_CLASSES = [DataSpec, TrainingSpec, *LAYER_CLASSES]
OTHER = RunSpec(
    data=DataSpec(dataset="mnist", image_size=28),
    architecture=OwnCNN(layers=(Conv2D(filters=7, padding="valid"), Flatten(), Dense(units=3, activation="tanh"))),
    training=TrainingSpec(epochs=3, learning_rate=0.1 + 0.2, optimizer="sgd"),
)


def settings_of(model):
    """A strategy for a specification class, from its knobs."""

    def values(knob):
        if knob.choices:
            return st.sampled_from(list(knob.choices))
        numbers = st.integers if isinstance(knob.default, int) else st.floats
        return numbers(knob.low, knob.high)

    return st.builds(model, **{knob.name: values(knob) for knob in knobs_of(model)})


specs = st.builds(
    RunSpec,
    data=settings_of(DataSpec),
    architecture=st.builds(
        OwnCNN, layers=st.lists(st.one_of([settings_of(layer) for layer in LAYER_CLASSES]), max_size=60).map(tuple)
    ),
    training=settings_of(TrainingSpec),
)


def link_of(text, level=9):
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), level)).decode().rstrip("=")


@pytest.mark.parametrize(
    "dataset", ["../../../etc", "/etc", "a/b", "", "-a", "Digits", "a\x00", "a\n", "x" * 81, "x" * 3_000_000]
)
def test_what_is_no_id_of_a_data_set_is_refused(home, dataset):
    with pytest.raises(ValidationError):
        DataSpec(dataset=dataset)
    assert not is_there(home, dataset)


def test_every_id_of_a_data_set_is_one():
    for dataset in ("digits", "7_animals-1a2b", "x" * 80, shapes_id(ShapesSpec())):
        assert DataSpec(dataset=dataset).dataset == dataset


@settings(deadline=None, max_examples=60)
@given(spec=specs)
def test_a_link_gives_the_specification_back(spec):
    link = to_query(spec)
    assert from_query(link) == spec
    assert set(link) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"), "needs no escape"


@settings(deadline=None, max_examples=30)
@given(spec=specs)
def test_a_file_gives_the_specification_back(spec):
    assert RunSpec.model_validate_json(spec.model_dump_json()) == spec


def test_the_defaults_need_no_link():
    assert to_query(RunSpec()) == ""
    assert to_query(RunSpec(training=TrainingSpec(epochs=20), architecture=RunSpec().architecture)) == ""


def test_a_link_names_only_what_differs():
    link = to_query(RunSpec(training=TrainingSpec(epochs=7)))
    packed = base64.urlsafe_b64decode(link + "=" * (-len(link) % 4))
    assert json.loads(zlib.decompress(packed)) == {"training": {"epochs": 7}}


def test_a_link_from_before_the_split_could_be_chosen_is_read():
    link = link_of('{"data": {"validation_fraction": 0.05, "test_fraction": 0.5, "split_seed": 3}}')
    data = DataSpec(validation_fraction=0.05, test_fraction=0.5, split_seed=3, split_policy="stratified")
    assert from_query(link) == RunSpec(data=data)


def test_an_empty_stack_is_not_taken_for_the_default():
    spec = RunSpec(architecture=OwnCNN(layers=()))
    assert from_query(to_query(spec)) == spec


def test_a_link_that_was_cut_is_refused_or_whole():
    """The last bytes are a checksum: without them nothing is lost."""
    link, refused = to_query(OTHER), 0
    for cut in range(len(link)):
        try:
            assert from_query(link[:cut]) == OTHER
        except StudioError:
            refused += 1
    assert refused >= len(link) - 8


@pytest.mark.parametrize(
    "link",
    {
        "no base64": "!",
        "other letters": "é한",
        "not packed": base64.urlsafe_b64encode(b'{"training": {}}').decode(),
        "no JSON": link_of("training"),
        "half a character": base64.urlsafe_b64encode(zlib.compress(b'"\xff"')).decode(),
        "no object": link_of("[1]"),
        "nothing": link_of("null"),
        "unknown field": link_of('{"trainig": {}}'),
        "out of range": link_of('{"training": {"epochs": 201}}'),
        "not a number": link_of('{"training": {"learning_rate": NaN}}'),
        "endless": link_of('{"training": {"learning_rate": Infinity}}'),
        "many digits": link_of('{"training": {"epochs": ' + "9" * 100_000 + "}}"),
        "unknown layer": link_of('{"architecture": {"layers": [{"kind": "lambda"}]}}'),
        "61 layers": link_of(json.dumps({"architecture": {"layers": [{"kind": "flatten"}] * 61}})),
        "another version": link_of('{"version": 2}'),
        "deep": link_of("[" * 100_000),
        "deep and closed": link_of("[" * 90_000 + "]" * 90_000),
        "deep objects": link_of('{"data":' * 20_000 + "0" + "}" * 20_000),
        "bomb": link_of(" " * 3_000_000 + "{}"),
    }.items(),
    ids=lambda item: item[0],
)
def test_a_link_that_cannot_be_read_says_so(link):
    assert len(link[1]) <= MAX_QUERY, "so that it is not refused for its length"
    with pytest.raises(StudioError, match="settings in this link cannot be read"):
        from_query(link[1])


def test_a_link_longer_than_addresses_are_is_refused():
    assert from_query(link_of(" " * 5_900 + "{}", level=0)) == RunSpec()
    long = link_of(" " * 6_100 + "{}", level=0)
    assert len(long) > MAX_QUERY
    with pytest.raises(StudioError):
        from_query(long)


def test_a_knob_has_the_range_that_is_enforced():
    knob = knob_of(TrainingSpec, "epochs")
    assert (knob.title, knob.default, knob.low, knob.high, knob.step, knob.unit) == ("Epochs", 20, 1, 200, 1, "epochs")
    assert (knob.scale, knob.choices, knob.advanced) == ("linear", None, False)
    rate = knob_of(TrainingSpec, "learning_rate")
    assert (rate.low, rate.high, rate.step, rate.scale) == (1e-6, 1.0, None, "log")
    padding = knob_of(MaxPool2D, "padding")
    assert (padding.low, padding.high, padding.choices) == (None, None, {"same": "same", "valid": "valid"})


@pytest.mark.parametrize("model", SPEC_CLASSES)
def test_numbers_beyond_a_knob_s_range_are_refused(model):
    for knob in knobs_of(model):
        if knob.low is None or knob.high is None:
            assert knob.choices, knob.name
            continue
        for inside in (knob.low, knob.high):
            assert getattr(model.model_validate({knob.name: inside}), knob.name) == inside
        for outside in (knob.low - 1, knob.high + 1):
            with pytest.raises(ValidationError):
                model.model_validate({knob.name: outside})


@pytest.mark.parametrize("model", SPEC_CLASSES)
def test_every_choice_has_a_label_and_every_label_a_choice(model):
    for name, field in model.model_fields.items():
        if name == "kind":
            continue
        choices = knob_of(model, name).choices
        allowed = get_args(field.annotation) if get_origin(field.annotation) is Literal else None
        assert (tuple(choices) if choices else None) == allowed, name


@pytest.mark.parametrize("model", SPEC_CLASSES)
def test_every_setting_is_a_knob_with_a_name_and_a_help(model):
    without = {name for name in model.model_fields if name not in {knob.name for knob in knobs_of(model)}}
    assert without <= {"kind", "dataset"}
    for knob in knobs_of(model):
        assert knob.title != knob.name
        assert knob.help.endswith((".", ")"))


def test_the_table_of_layers_names_each_by_its_kind():
    assert {kind: layer().kind for kind, (layer, _name, _help) in LAYERS.items()} == {kind: kind for kind in LAYERS}


@pytest.mark.parametrize("spec", [RunSpec(), DataSpec(), TrainingSpec(), OwnCNN(layers=()), Dropout()])
def test_a_specification_is_frozen_and_refuses_unknown_fields(spec):
    name = next(iter(type(spec).model_fields))
    with pytest.raises(ValidationError, match="frozen"):
        setattr(spec, name, getattr(spec, name))
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        type(spec).model_validate({**dict(spec), "other": 1})


def test_equal_specifications_have_equal_hashes():
    assert hash(from_query(to_query(OTHER))) == hash(OTHER)


def test_the_input_has_the_size_and_channels_of_the_data():
    assert RunSpec().input_shape == (8, 8, 1)
    assert RunSpec(data=DataSpec(image_size=32, colour_mode="rgb")).input_shape == (32, 32, 3)


def test_what_is_invalid_is_said_in_a_line_a_field():
    with pytest.raises(ValidationError) as caught:
        RunSpec.model_validate({"training": {"epochs": 300, "batchsize": 8}})
    assert describe_invalid(caught.value).splitlines() == [
        "training.epochs: Input should be less than or equal to 200",
        "training.batchsize: Extra inputs are not permitted",
    ]
