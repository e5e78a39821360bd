"""A network in a few words: its name for the road, and its settings for those of a run."""

from __future__ import annotations

from core.architecture.backbones.table import BACKBONES
from core.architecture.presets import PRESETS
from core.architecture.transfer import IMAGENET, RANDOM, Transfer
from core.i18n import _, ngettext
from core.knobs import knob_of
from core.runs.summary import RunSummary, network_key
from core.spec import ArchitectureSpec, RunSpec


def network_name(architecture: ArchitectureSpec) -> str:
    """The preset or the backbone."""
    return network_title(network_key(architecture))


def network_title(key: str) -> str:
    """What a summary's network (`core.runs.summary`) is called."""
    if key in BACKBONES:
        return BACKBONES[key].title
    return _(PRESETS[key].title) if key in PRESETS else _("own CNN")


def network_line(run: RunSummary) -> str:
    """The network of a run in a list: "VGG16 · head only", "own CNN · 7 layers"; empty where it is not known."""
    if not run.network:
        return ""
    if run.network in BACKBONES:
        more = _("from {layer}").format(layer=run.detail) if run.detail else _("head only")
    elif run.network in PRESETS:
        return network_title(run.network)
    else:
        more = ngettext("{count} layer", "{count} layers", int(run.detail)).format(count=run.detail)
    return f"{network_title(run.network)} · {more}"


def network_rows(spec: RunSpec) -> list[tuple[str, str]]:
    """The settings of a run's network, a title and a value each; only those that mean something."""
    architecture = spec.architecture
    rows = [(_("Network"), network_name(architecture))]
    if not isinstance(architecture, Transfer):
        return rows
    rows += [
        (_("Weights"), {IMAGENET: "ImageNet", RANDOM: _("random")}.get(architecture.weights, architecture.weights)),
        (_("Train from"), architecture.train_from or _("head only")),
        (_("Head"), _head(architecture)),
    ]
    if architecture.is_fine_tuning and architecture.head_epochs:
        text = _("{epochs} epochs, then rate × {factor}")
        values = {"epochs": architecture.head_epochs, "factor": f"{architecture.fine_tuning_rate:g}"}
        rows.append((_("Head first"), text.format(**values)))
    if architecture.preprocessing == "none":
        rows.append((_("Pixels"), _("raw, 0 to 255")))
    if not spec.augmentation.is_off:
        kept = _("{count} kept").format(count=architecture.views)
        rows.append((_("Varied copies"), kept if architecture.augmented == "views" else _("anew each epoch")))
    return rows


def _head(architecture: Transfer) -> str:
    choices = knob_of(Transfer, "pooling").choices or {}
    dropout = _("dropout {share} %").format(share=f"{100 * architecture.dropout:.4g}") if architecture.dropout else ""
    return " · ".join(filter(None, (_(choices[architecture.pooling]), *map(str, architecture.hidden), dropout)))
