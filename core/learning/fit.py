"""Train one run from its folder, from the start or from its checkpoint, to its end or until asked to leave."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from core.batches import Pictures, batches_of
from core.datasets.dataset import Dataset
from core.datasets.pixels import as_model_input
from core.datasets.store import open_dataset
from core.errors import StudioError, TrainingError
from core.home import Home
from core.i18n import N_, _
from core.learning.build import build_model, compile_model
from core.learning.callbacks import Guard, Keeper, Leave, Reporter, obey
from core.learning.checkpoint import Position, load_checkpoint, load_weights, save_checkpoint, save_model
from core.learning.evaluate import evaluate_model
from core.learning.pace import best_epoch, should_stop_early
from core.learning.pipeline import evaluation_batches, targets_for, training_input
from core.runs.events import EventKind, EventWriter, Stage
from core.runs.executor import process_start
from core.runs.folder import OUT_OF_MEMORY, Request, RunFolder, RunInfo, State, Status
from core.spec import TrainingSpec

BROKEN = N_("Something broke in the worker that should not have. The file worker.log in the run's folder tells more.")
LEFT = {Request.PAUSE: State.PAUSED, Request.STOP: State.STOPPED}


def train_run(run: RunFolder) -> Status:
    """Train, save and evaluate `run`; its events and status tell how it goes.

    A `StudioError` ends the run as failed with its message. Any other exception is a bug: it passes through after the
    run was marked as failed.

    Returns:
        The final status.
    """
    pid = os.getpid()
    started = run.status().started_at or time.time()
    run.update_status(state=State.RUNNING, started_at=started, pid=pid, process_started=process_start(pid))
    state, message = State.FAILED, BROKEN
    with EventWriter(run.events) as events:
        try:
            state, message = _Training(run, events).go(), ""
        except StudioError as error:
            message = str(error)
        except (MemoryError, tf.errors.ResourceExhaustedError):
            state, message = State.INTERRUPTED, OUT_OF_MEMORY
        finally:
            run.clear_request()
            events.write(EventKind.ENDED, state=state, message=message)
            status = run.update_status(state=state, message=message, ended_at=time.time(), pid=None)
    return status


def pictures_of(run: RunFolder, info: RunInfo, on_chunk: Callable[[], None] = lambda: None) -> dict[str, Pictures]:
    """The run's training, validation and test pictures, at the size and with the targets that its model takes.

    Args:
        on_chunk: Called every now and then while pictures are converted; it may raise to leave.

    Raises:
        DataError, TrainingError: If the data set is gone or is no longer the one that the run was made for.
    """
    home, spec = Home(run.path.parent.parent), info.spec
    dataset = set_learnt_from(run, info, spec.data.dataset)
    images = as_model_input(dataset, spec.data.image_size, spec.data.colour_mode, home.cache, on_chunk)
    targets = targets_for(spec.training.loss, dataset.labels, len(info.classes))
    with np.load(run.split, allow_pickle=False) as split:
        return {part: Pictures(images, targets, split[part]) for part in ("train", "validation", "test")}


def set_learnt_from(run: RunFolder, info: RunInfo, dataset_id: str) -> Dataset:
    """Open a set with the very pictures that the run was trained on; it may have another title.

    Raises:
        DataError, TrainingError: If it is gone or has other pictures.
    """
    dataset = open_dataset(Home(run.path.parent.parent), dataset_id)
    if dataset.meta.content_hash != info.content_hash:
        raise TrainingError(_("The data set “{title}” has changed since.").format(title=info.dataset_title))
    return dataset


class _Training:
    """One stay of a run in a worker."""

    def __init__(self, run: RunFolder, events: EventWriter) -> None:
        self._run, self._events, self._info = run, events, run.info()

    def go(self) -> State:
        """Train until the end or until asked to leave; return the state that the run is in then."""
        try:
            self._stage(Stage.LOADING)
            pictures = pictures_of(self._run, self._info, self._obey)
        except Leave as leave:
            return LEFT[leave.request]
        self._stage(Stage.BUILDING)
        self._prepare()
        try:
            self._fit(pictures["train"], pictures["validation"])
            self._keep_best()
            self._stage(Stage.EVALUATING)
            evaluation = evaluate_model(self._run, self._model, pictures["test"], self._obey)
        except Leave as leave:
            self._save(with_model=leave.request == Request.STOP)
            return LEFT[leave.request]
        self._save(with_model=True)
        self._run.update_status(test_accuracy=evaluation.accuracy, test_loss=evaluation.loss)
        return State.FINISHED

    @property
    def _training(self) -> TrainingSpec:
        return self._info.spec.training

    def _prepare(self) -> None:
        keras.utils.set_random_seed(self._training.seed)
        self._model = build_model(self._info.spec, len(self._info.classes))
        compile_model(self._model, self._info.spec)
        self._model.optimizer.build(self._model.trainable_variables)
        kept = self._run.checkpoint
        self._position = load_checkpoint(kept, self._model) if kept.exists() else Position()

    def _fit(self, train: Pictures, validation: Pictures) -> None:
        position, epochs = self._position, self._training.epochs
        batches = batches_of(self._info.spec, train)
        steps, batch_size = batches.steps, batches.batch_size
        start = {"epochs": epochs, "steps": steps, "batch_size": batch_size}
        self._events.write(EventKind.STARTED, **start, epoch=position.epoch, batch=position.batch)
        self._stage(Stage.TRAINING)
        callbacks = keras.callbacks.CallbackList(
            [
                Reporter(self._events, position, batch_size, len(batches)),
                Guard(self._training, position),
                Keeper(self._run, self._training, position),
            ],
            add_history=True,  # Keras's fit returns it
            model=self._model,
        )
        validation_batches = evaluation_batches(validation)

        def fit(last_epoch: int) -> None:
            first, batch = position.epoch, position.batch
            self._model.fit(
                training_input(batches, first, last_epoch, batch),
                steps_per_epoch=steps - batch,
                initial_epoch=first,
                epochs=last_epoch,
                shuffle=False,  # the batches come in their order
                validation_data=validation_batches,
                callbacks=callbacks,
                verbose=0,
            )

        self._model.stop_training = position.finished_early or should_stop_early(self._training, position.val_losses)
        if position.batch == steps:  # only the validation of this epoch is missing
            callbacks.on_train_begin()
            callbacks.on_epoch_begin(position.epoch)
            checked = self._model.evaluate(validation_batches, return_dict=True, verbose=0, callbacks=callbacks)
            callbacks.on_epoch_end(position.epoch, {f"val_{name}": value for name, value in checked.items()})
        elif position.batch:  # the rest of a split epoch
            fit(position.epoch + 1)
        if position.epoch < epochs and not self._model.stop_training:
            fit(epochs)

    def _keep_best(self) -> None:
        """With early stopping, go back to the weights of the epoch with the lowest validation loss."""
        losses, done = self._position.val_losses, self._position.epoch
        if self._position.finished_early:
            self._note(done - 1, N_("Finished early on request."))
        if not self._training.early_stopping or best_epoch(losses) == done - 1:
            return
        load_weights(self._run.best_weights, self._model)
        self._note(best_epoch(losses), N_("The weights of this epoch were kept: its validation loss was the lowest."))

    def _save(self, with_model: bool) -> None:
        self._stage(Stage.SAVING)
        save_checkpoint(self._run.checkpoint, self._model, self._position)
        if with_model:
            save_model(self._run.model, self._model)

    def _obey(self) -> None:
        obey(self._run)

    def _stage(self, stage: Stage) -> None:
        self._events.write(EventKind.STAGE, stage=stage)

    def _note(self, epoch: int, message: str) -> None:
        self._events.write(EventKind.NOTE, epoch=epoch, message=message)
