from __future__ import annotations

import dataclasses
from pathlib import Path

import h5py
import numpy as np
import pytest

from core.architecture.backbones.table import BACKBONES, BackboneName
from core.datasets.limits import LIMITS
from core.errors import DataError
from core.weights import arrays
from core.weights.arrays import check_arrays, read_arrays
from tests.core.weights.files import Arrays, Write, numbers_for, shapes_of

SMALL: BackboneName = "mobilenet_v3_small"


@pytest.fixture(scope="module")
def whole() -> Arrays:
    return numbers_for(shapes_of(SMALL))


def same(left: Arrays, right: Arrays) -> bool:
    """Whether both hold the same arrays, layer by layer."""
    return [len(layer) for layer in left] == [len(layer) for layer in right] and all(
        np.array_equal(one, other)
        for ours, theirs in zip(left, right, strict=True)
        for one, other in zip(ours, theirs, strict=True)
    )


def of_keras(model) -> Arrays:
    return [[np.asarray(weight) for weight in layer.weights] for layer in model.layers if layer.weights]


@pytest.fixture(scope="module", params=["mobilenet_v3_small", "efficientnet_b0"])
def made(request: pytest.FixtureRequest):
    """A backbone and Keras's model of it, its weights drawn, batch normalisation and count included."""
    import keras

    from core.learning.backbone import keras_backbone

    model = keras_backbone(request.param, keras.Input((64, 64, 3)))
    generator = np.random.default_rng(1)
    model.set_weights([generator.integers(1, 99, weight.shape) / 8 for weight in model.weights])
    return request.param, model


def test_weights_that_keras_3_saves_are_read(made, tmp_path: Path) -> None:
    backbone, model = made
    model.save_weights(tmp_path / "kept.weights.h5")
    assert same(read_arrays(tmp_path / "kept.weights.h5", backbone), of_keras(model))


def test_a_legacy_model_that_keras_saves_is_read(made, tmp_path: Path) -> None:
    backbone, model = made
    model.save(tmp_path / "whole.h5")
    assert same(read_arrays(tmp_path / "whole.h5", backbone), of_keras(model))


def test_legacy_weights_are_read(made, tmp_path: Path) -> None:
    """As Keras's own downloads are written; Keras 3 has no public way left to write them."""
    from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

    backbone, model = made
    with h5py.File(tmp_path / "weights.h5", "w") as file:
        save_weights_to_hdf5_group(file, model)
    assert same(read_arrays(tmp_path / "weights.h5", backbone), of_keras(model))


@pytest.mark.parametrize("name", ["top.weights.h5", "top.h5"])
def test_a_file_with_top_serves_too(name: str, tmp_path: Path) -> None:
    import keras

    model = keras.applications.MobileNetV3Small(weights=None, classes=3, include_preprocessing=False)
    save = model.save_weights if name.endswith(".weights.h5") else model.save
    save(tmp_path / name)
    everything = of_keras(model)
    found = read_arrays(tmp_path / name, SMALL)
    assert len(found) == len(everything) - 2
    assert same(found, everything[: len(found)])


def test_mobilenet_v2_of_the_assets_is_read_as_keras_reads_it(assets: Path) -> None:
    import keras

    from core.learning.backbone import keras_backbone

    path = assets / "weights" / "mobilenet_v2_1.0_224_no_top.from_tflite_int8.weights.h5"
    model = keras_backbone("mobilenet_v2", keras.Input((32, 32, 3)))
    model.load_weights(path)
    assert same(read_arrays(path, "mobilenet_v2"), of_keras(model))


def test_vgg16_of_the_assets_is_read_as_keras_reads_it(assets: Path) -> None:
    import keras

    from core.learning.backbone import keras_backbone

    path = assets / "weights" / "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
    model = keras_backbone("vgg16", keras.Input((32, 32, 3)))
    model.load_weights(path)
    assert same(read_arrays(path, "vgg16"), of_keras(model))


@pytest.mark.parametrize("under", ["/", "model_weights"])
def test_layers_are_matched_by_order_whatever_they_are_called(whole: Arrays, in_order: Write, under: str) -> None:
    assert same(read_arrays(in_order(whole, under=under), SMALL), whole)


def test_other_number_types_become_float32(whole: Arrays, in_order: Write) -> None:
    others = [[array.astype(">f8" if place % 2 else "<f2") for array in layer] for place, layer in enumerate(whole)]
    found = read_arrays(in_order(others), SMALL)
    assert {array.dtype for layer in found for array in layer} == {np.dtype(np.float32)}
    assert np.allclose(found[0][0], whole[0][0], rtol=1e-3, atol=1e-4)
    assert np.array_equal(found[1][0], whole[1][0])


@pytest.mark.parametrize("backbone", BACKBONES)
def test_every_backbone_tells_its_own_file_from_all_others(backbone: BackboneName, in_order: Write) -> None:
    """Arrays of zeros that were never written take no room in a file."""
    path = in_order([])
    with h5py.File(path, "w") as file:
        names = []
        for number, layer in enumerate(shapes_of(backbone)):
            group = file.create_group(f"layer{number}")
            names.append(f"layer{number}")
            group.attrs["weight_names"] = [str(place) for place in range(len(layer))]
            for place, shape in enumerate(layer):
                group.create_dataset(str(place), shape, np.float32)
        file.attrs["layer_names"] = names
    fitting = []
    for other in BACKBONES:
        try:
            check_arrays(path, other)
            fitting.append(other)
        except DataError as error:
            assert f" of {BACKBONES[other].title} expects " in str(error)
    assert fitting == [backbone]


def test_wrong_arrays_are_named_with_layer_and_shapes(in_order: Write) -> None:
    shapes = [*shapes_of("vgg16")[:4], ((3, 3, 64, 128), (128,))]
    with pytest.raises(DataError) as caught:
        check_arrays(in_order(numbers_for(shapes)), "vgg16")
    assert str(caught.value) == (
        "block3_conv1 of VGG16 expects (3, 3, 128, 256), the file has (3, 3, 64, 128). "
        "Choose the file without top for VGG16, or the backbone that the file is for."
    )


def test_a_file_that_ends_early_is_told_from_one_that_has_too_much(whole: Arrays, in_order: Write) -> None:
    with pytest.raises(
        DataError, match=r"^conv_1_bn of MobileNetV3 Small expects \(576,\), the file has no more arrays\."
    ):
        check_arrays(in_order(whole[:-1]), SMALL)
    with pytest.raises(DataError, match=r"^conv of MobileNetV3 Small expects no more arrays, the file has \(16,\)\."):
        check_arrays(in_order([[*whole[0], np.zeros(16, np.float32)], *whole[1:]]), SMALL)
    with pytest.raises(
        DataError, match=r"^conv_bn of MobileNetV3 Small expects \(16,\), the file has no more arrays\."
    ):
        check_arrays(in_order([whole[0], whole[1][:3], *whole[2:]]), SMALL)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_numbers_that_are_not_finite_are_refused_when_they_are_read(
    whole: Arrays, in_order: Write, value: float
) -> None:
    spoilt = whole[2][0].astype(np.float64)
    spoilt.flat[-1] = value
    path = in_order([*whole[:2], [spoilt, *whole[2][1:]], *whole[3:]])
    check_arrays(path, SMALL)
    with pytest.raises(
        DataError, match=r"^expanded_conv_depthwise of MobileNetV3 Small has numbers that are not finite"
    ):
        read_arrays(path, SMALL)


@pytest.mark.parametrize("kind", ["int32", "complex64", "bool", h5py.string_dtype(), "S4"])
def test_what_are_no_floating_point_numbers_is_refused(whole: Arrays, in_order: Write, kind: object) -> None:
    path = in_order(whole)
    with h5py.File(path, "a") as file:
        del file["block/layer0/block/layer0/array0:0"]
        file["block/layer0"].create_dataset("block/layer0/array0:0", (3, 3, 3, 16), kind)
    with pytest.raises(DataError, match=r"^conv of MobileNetV3 Small expects floating-point numbers"):
        check_arrays(path, SMALL)


@pytest.mark.parametrize("content", [b"PK\x03\x04 a .keras file", b"<html>Log in first</html>", b"\x89HDF"])
def test_another_kind_of_file_is_a_plain_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.h5").write_bytes(content)
    with pytest.raises(DataError, match="this is another kind of file"):
        check_arrays(tmp_path / "x.h5", SMALL)


def test_empty_missing_and_foreign_files_are_plain_errors(tmp_path: Path) -> None:
    (tmp_path / "empty.h5").touch()
    with pytest.raises(DataError, match="empty"):
        check_arrays(tmp_path / "empty.h5", SMALL)
    for missing in (tmp_path / "gone.h5", tmp_path):
        with pytest.raises(DataError, match="not there"):
            check_arrays(missing, SMALL)
    with h5py.File(tmp_path / "data.h5", "w") as file:
        file["photos"] = np.zeros(3)
    with pytest.raises(DataError, match="no layers with weights"):
        check_arrays(tmp_path / "data.h5", SMALL)


def test_a_file_cut_off_anywhere_is_a_plain_error(whole: Arrays, in_order: Write) -> None:
    path = in_order(whole)
    content = path.read_bytes()
    for share in (0.001, 0.01, 0.3, 0.9, 0.999):
        path.write_bytes(content[: int(len(content) * share)])
        with pytest.raises(DataError, match="cut off"):
            read_arrays(path, SMALL)


def test_damaged_bytes_are_plain_errors_or_other_numbers(whole: Arrays, in_order: Write) -> None:
    """Only the first part holds headers; a flipped bit among the numbers is a number."""
    path = in_order(whole)
    content = path.read_bytes()
    generator = np.random.default_rng(0)
    refused = 0
    for _ in range(60):
        spoilt = bytearray(content)
        for place in generator.integers(0, 60_000, 40):
            spoilt[place] = generator.integers(0, 256)
        path.write_bytes(spoilt)
        try:
            read_arrays(path, SMALL)
        except DataError:
            refused += 1
    assert refused > 20


def test_a_file_that_is_too_large_is_not_opened(
    whole: Arrays, in_order: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrays, "LIMITS", dataclasses.replace(LIMITS, download_bytes=1_000_000))
    with pytest.raises(DataError, match="Expected a file with weights of at most"):
        check_arrays(in_order(whole), SMALL)


def test_a_header_that_claims_a_huge_array_costs_no_memory(whole: Arrays, in_order: Write) -> None:
    path = in_order(whole)
    with h5py.File(path, "a") as file:
        del file["block/layer0/block/layer0/array0:0"]
        file["block/layer0"].create_dataset("block/layer0/array0:0", (2**20, 2**20), np.float32)
    with pytest.raises(DataError, match=r"the file has \(1048576, 1048576\)"):
        read_arrays(path, SMALL)


def put_virtual(layer: h5py.Group, name: str, secret: Path) -> None:
    layout = h5py.VirtualLayout((3, 3, 3, 16), np.float32)
    layout[:] = h5py.VirtualSource(secret, "secret", (3, 3, 3, 16))
    layer.create_virtual_dataset(name, layout)


def put_external(layer: h5py.Group, name: str, secret: Path) -> None:
    layer.create_dataset(name, (3, 3, 3, 16), np.float32, external=[(str(secret), 0, 3 * 3 * 3 * 16 * 4)])


def put_link(layer: h5py.Group, name: str, secret: Path) -> None:
    layer[name] = h5py.ExternalLink(secret, "secret")


def put_soft_link(layer: h5py.Group, name: str, _secret: Path) -> None:
    layer["real"] = np.zeros((3, 3, 3, 16), np.float32)
    layer[name] = h5py.SoftLink("real")


def put_packed(layer: h5py.Group, name: str, _secret: Path) -> None:
    layer.create_dataset(name, (3, 3, 3, 16), np.float32, compression="gzip")


@pytest.mark.parametrize("put", [put_virtual, put_external, put_link, put_soft_link, put_packed])
def test_numbers_from_elsewhere_and_packed_ones_are_refused(
    put, whole: Arrays, in_order: Write, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["secret"] = np.ones((3, 3, 3, 16), np.float32)
    path = in_order(whole)
    with h5py.File(path, "a") as file:
        del file["block/layer0/block/layer0/array0:0"]
        put(file["block/layer0"], "block/layer0/array0:0", secret)
    with pytest.raises(DataError, match=r"refers to other places|compressed or lie elsewhere"):
        read_arrays(path, SMALL)


@pytest.mark.parametrize("link", [h5py.ExternalLink("/etc/passwd", "/"), h5py.SoftLink("/elsewhere")])
@pytest.mark.parametrize("name", ["model_weights", "layers"])
def test_links_in_the_place_of_groups_are_refused(tmp_path: Path, name: str, link: object) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file[name] = link
    with pytest.raises(DataError, match="refers to other places"):
        check_arrays(tmp_path / "x.h5", SMALL)


def test_endless_lists_of_names_and_lists_of_something_else_are_refused(tmp_path: Path) -> None:
    lists = [np.zeros(1, "S60000"), np.zeros(20_000, "S1"), np.zeros((3, 3)), np.float32(1), h5py.Empty("f")]
    for names in lists:
        with h5py.File(tmp_path / "x.h5", "w", libver="latest") as file:
            file.attrs["layer_names"] = names
        with pytest.raises(DataError):
            check_arrays(tmp_path / "x.h5", SMALL)
