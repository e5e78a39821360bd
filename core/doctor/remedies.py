"""What the curve doctor gives to try: each changes one thing of a run's settings, or says nothing where it has no room.

A remedy is given only if the network can be built with it.
"""

from __future__ import annotations

from typing import Any, Literal

from core.architecture import edit
from core.architecture.backbones.graph import steps_of
from core.architecture.describe import describe
from core.architecture.layers import AnyLayer, BatchNormalization, Conv2D, Dense, Dropout, OwnCNN
from core.architecture.presets import DEFAULT_PRESET, PRESETS
from core.architecture.transfer import Transfer
from core.augmentation.advice import are_signs
from core.augmentation.spec import PRESETS as AUGMENTATIONS
from core.doctor.case import Case
from core.doctor.diagnosis import Remedy
from core.doctor.rate_signs import usual_rate
from core.i18n import _
from core.knobs import knob_of
from core.spec import RunSpec, TrainingSpec

DROPOUTS = (0.3, 0.5)  # to try one after the other; 0.5 is that of Srivastava et al. (2014), who proposed it
HEAD_EPOCHS = 5  # that a head learns alone before a backbone joins in, as in core.routes
WIDEST = 256  # filters or units up to which a network is made twice as wide

Part = Literal["data", "augmentation", "architecture", "training"]


def lower_rate(case: Case) -> Remedy | None:
    """A tenth of the learning rate, or the usual one if that is lower still."""
    return _with_rate(case, min(case.spec.training.learning_rate / 10, usual_rate(case.spec)))


def higher_rate(case: Case) -> Remedy | None:
    """The usual learning rate, or three times the present one if that is higher."""
    return _with_rate(case, max(case.spec.training.learning_rate * 3, usual_rate(case.spec)))


def better_rate(case: Case) -> Remedy | None:
    """A higher learning rate where it is far below the usual one, else a lower one."""
    is_low = case.spec.training.learning_rate < usual_rate(case.spec) / 3
    return higher_rate(case) if is_low else lower_rate(case)


def adam(case: Case) -> Remedy | None:
    """The optimizer that finds a step size for each weight, at its usual rate."""
    if case.spec.training.optimizer != "sgd":
        return None
    return _remedy(case, _("Try with Adam"), "training", optimizer="adam", learning_rate=1e-3)


def more_epochs(case: Case) -> Remedy | None:
    """Twice the epochs that were trained; where training ended before its time, all that were planned.

    Where early stopping ended it, the same settings would end it again.
    """
    planned, most = case.spec.training.epochs, int(knob_of(TrainingSpec, "epochs").high or 0)
    if case.epochs < planned and case.spec.training.early_stopping:
        return _remedy(case, _("Try without early stopping"), "training", early_stopping=0)
    if case.epochs < planned:
        return Remedy(_("Train all {epochs} epochs").format(epochs=planned), case.spec)
    epochs = min(2 * planned, most)
    return _remedy(case, _("Try with {epochs} epochs").format(epochs=epochs), "training", epochs=epochs)


def more_dropout(case: Case) -> Remedy | None:
    """Dropout before the output layer, or more of it."""
    rate = next((rate for rate in DROPOUTS if rate > _dropout(case.spec)), None)
    return _with_dropout(case, rate) if rate else None


def less_dropout(case: Case) -> Remedy | None:
    """Half of the strongest dropout, where it is strong."""
    rate = _dropout(case.spec)
    return _with_dropout(case, round(rate / 2, 2)) if rate > DROPOUTS[0] else None


def more_variety(case: Case) -> Remedy | None:
    """The notebook's augmentation where there is none, then the strong one; signs bear only the gentle one."""
    is_sign = are_signs(case.classes) or case.spec.data.colour_mode == "grey"  # grey sets are signs more often than not
    if case.spec.augmentation.is_off:
        return _with_augmentation(case, "gentle" if is_sign else "notebook")
    return None if is_sign else _with_augmentation(case, "strong")


def less_variety(case: Case) -> Remedy | None:
    """Gentle augmentation, or none, where training pictures are varied."""
    if case.spec.augmentation.is_off:
        return None
    return _with_augmentation(case, "gentle") or _with_augmentation(case, "none")


def normalised(case: Case) -> Remedy | None:
    """A network with batch normalisation, which bears higher rates and does not die, where there is none."""
    architecture = case.spec.architecture
    if not isinstance(architecture, OwnCNN) or any(isinstance(it, BatchNormalization) for it in architecture.layers):
        return None
    return _with_preset(case)


def larger(case: Case) -> Remedy | None:
    """More to learn with: the small preset for tiny networks, else twice the width; a backbone's last step joins in."""
    architecture = case.spec.architecture
    if isinstance(architecture, Transfer):
        return _unfrozen(case, architecture)
    preset = case.spec.model_copy(update={"architecture": PRESETS[DEFAULT_PRESET].architecture})
    if _parameters(case.spec, case) < _parameters(preset, case):
        return _with_preset(case)
    return _scaled(case, architecture, _("Try with twice the filters"), 2)


def smaller(case: Case) -> Remedy | None:
    """Less to learn by heart with: half the width, or one mean a channel in front of a head."""
    architecture = case.spec.architecture
    if isinstance(architecture, OwnCNN):
        return _scaled(case, architecture, _("Try with half the filters"), 0.5)
    if architecture.pooling != "flatten":
        return None
    return _remedy(case, _("Try with global average pooling"), "architecture", pooling="average")


def mixed_split(case: Case) -> Remedy | None:
    """A split that gives every part the same mixture, where the last pictures were taken."""
    if case.spec.data.split_policy == "stratified":
        return other_split(case)
    return _remedy(case, _("Try with a stratified split"), "data", split_policy="stratified")


def other_split(case: Case) -> Remedy | None:
    """Another dealing of the pictures, where nothing in the settings makes training harder than validation."""
    if case.spec.data.split_policy != "stratified" or not case.spec.augmentation.is_off or _dropout(case.spec):
        return None
    seed = (case.spec.data.split_seed + 1) % 10_000
    return _remedy(case, _("Try with another split"), "data", split_seed=seed)


def _remedy(case: Case, label: str, part: Part, **changes: Any) -> Remedy | None:
    old = getattr(case.spec, part)
    spec = case.spec.model_copy(update={part: type(old).model_validate({**dict(old), **changes})})
    return Remedy(label, spec) if spec != case.spec and _can_be_built(spec, case) else None


def _can_be_built(spec: RunSpec, case: Case) -> bool:
    return describe(spec, len(case.classes)).problem is None


def _with_rate(case: Case, rate: float) -> Remedy | None:
    knob = knob_of(TrainingSpec, "learning_rate")
    rate = float(f"{min(max(rate, knob.low or 0.0), knob.high or 1.0):.0e}")
    label = _("Try with learning rate {rate}").format(rate=f"{rate:g}")
    return _remedy(case, label, "training", learning_rate=rate)


def _with_augmentation(case: Case, name: str) -> Remedy | None:
    labels = {
        "none": _("Try without augmentation"),
        "gentle": _("Try with gentle augmentation"),
        "notebook": _("Try with the notebook's augmentation"),
        "strong": _("Try with strong augmentation"),
    }
    return _remedy(case, labels[name], "augmentation", **dict(AUGMENTATIONS[name].spec))


def _dropout(spec: RunSpec) -> float:
    """The strongest dropout of a network."""
    architecture = spec.architecture
    if isinstance(architecture, Transfer):
        return architecture.dropout
    return max((layer.rate for layer in architecture.layers if isinstance(layer, Dropout)), default=0.0)


def _with_dropout(case: Case, rate: float) -> Remedy | None:
    architecture, label = case.spec.architecture, _("Try with dropout {rate:g}").format(rate=rate)
    if isinstance(architecture, Transfer):
        return _remedy(case, label, "architecture", dropout=rate)
    layers = architecture.layers
    places = [place for place, layer in enumerate(layers) if isinstance(layer, Dropout)]
    if places:  # the strongest is changed: it is the one that is meant
        place = max(places, key=lambda place: getattr(layers[place], "rate", 0.0))
        return _remedy(case, label, "architecture", layers=edit.replace(layers, place, Dropout(rate=rate)))
    if len(layers) >= edit.MAX_LAYERS:
        return None
    return _remedy(case, label, "architecture", layers=edit.insert(layers, len(layers), Dropout(rate=rate)))


def _with_preset(case: Case) -> Remedy | None:
    preset = PRESETS[DEFAULT_PRESET]
    label = _("Try the network “{name}”").format(name=_(preset.title))
    return _remedy(case, label, "architecture", layers=preset.architecture.layers)


def _scaled(case: Case, architecture: OwnCNN, label: str, factor: float) -> Remedy | None:
    layers = tuple(_wider(layer, factor) for layer in architecture.layers)
    return _remedy(case, label, "architecture", layers=layers)


def _wider(layer: AnyLayer, factor: float) -> AnyLayer:
    """A layer with `factor` times the filters or units; one that is wide already does not grow."""
    if not isinstance(layer, Conv2D | Dense):
        return layer
    name = "filters" if isinstance(layer, Conv2D) else "units"
    width = getattr(layer, name)
    scaled = max(1, int(width * factor))
    return layer if WIDEST < scaled > width else layer.model_copy(update={name: scaled})


def _unfrozen(case: Case, architecture: Transfer) -> Remedy | None:
    """The backbone's last step learns too, after the head."""
    if architecture.is_fine_tuning:
        return None
    steps = steps_of(architecture.backbone, case.spec.data.image_size)
    head = min(HEAD_EPOCHS, case.spec.training.epochs // 2)
    label = _("Try with {layer} trained too").format(layer=steps[-1].name)
    return _remedy(case, label, "architecture", train_from=steps[-1].name, head_epochs=head)


def _parameters(spec: RunSpec, case: Case) -> int:
    return describe(spec, len(case.classes)).parameters
