"""Train one run from its folder, from the start or from its checkpoint, to its end or until asked to leave."""

from __future__ import annotations

import os
import time

import keras
import tensorflow as tf

from core.architecture.describe import is_exact
from core.batches import Pictures, TrainingBatches, batches_of
from core.errors import StudioError
from core.home import Home
from core.i18n import N_
from core.learning.build import compile_model
from core.learning.callbacks import Guard, Keeper, Leave, Reporter, obey
from core.learning.checkpoint import (
    Position,
    load_checkpoint,
    load_optimizer,
    load_weights,
    save_checkpoint,
    save_model,
)
from core.learning.evaluate import evaluate_model
from core.learning.frozen import Material, Meter, material_of
from core.learning.inputs import pictures_of, weights_of
from core.learning.network import build_network
from core.learning.pace import best_epoch, should_stop_early
from core.learning.pins import Pins
from core.learning.pipeline import evaluation_batch_size, evaluation_batches, training_input
from core.learning.snapshots import Snapshots
from core.phases import Phase, phases
from core.runs.events import EventKind, EventWriter, Stage
from core.runs.executor import process_start
from core.runs.folder import OUT_OF_MEMORY, Request, RunFolder, State, Status
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


class _Training:
    """One stay of a run in a worker."""

    def __init__(self, run: RunFolder, events: EventWriter) -> None:
        self._run, self._events, self._info = run, events, run.info()
        self._home = Home(run.path.parent.parent)

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
            tested = self._train(pictures)
            self._keep_best()
            self._stage(Stage.EVALUATING)
            exam = evaluate_model(
                self._run, tested.model, tested.parts["test"], on_batch=lambda _done, _of: self._obey()
            )
        except Leave as leave:
            self._save(with_model=leave.request == Request.STOP)
            return LEFT[leave.request]
        self._save(with_model=True)
        self._run.update_status(test_accuracy=exam.accuracy, test_loss=exam.loss)
        return State.FINISHED

    @property
    def _training(self) -> TrainingSpec:
        return self._info.spec.training

    def _prepare(self) -> None:
        keras.utils.set_random_seed(self._training.seed)
        self._network = build_network(self._info.spec, len(self._info.classes), weights_of(self._run, self._info))
        self._phases = phases(self._info.spec)
        self._kept = self._network.cut(self._phases[-1].train_from).trained  # the last phase changes most
        self._snapshots = Snapshots(self._run, self._kept, self._training.epochs, self._note)
        self._optimizer: keras.optimizers.Optimizer | None = None
        kept = self._run.checkpoint
        self._position = load_checkpoint(kept, self._kept) if kept.exists() else Position()

    def _train(self, pictures: dict[str, Pictures]) -> Material:
        """Go through what is left of all phases; return the material of the last one, whose model is the result."""
        position = self._position
        self._start(batches_of(self._info.spec, pictures["train"]))
        self._stop = position.finished_early or self._stops_early(self._phases[-1])
        for phase in self._phases:
            if position.epoch >= phase.end and phase != self._phases[-1]:
                continue
            material = self._material(phase, pictures)
            if position.epoch < phase.end and not self._stop:
                pins = Pins(self._run, self._network, phase.train_from, pictures["test"], self._note)
                self._fit(phase, material, pins)
            if self._stop:
                break
        return material

    def _stops_early(self, phase: Phase) -> bool:
        losses = self._position.val_losses[phase.first :]
        return phase == self._phases[-1] and should_stop_early(self._training, losses)

    def _start(self, batches: TrainingBatches) -> None:
        start = {"epochs": self._training.epochs, "steps": batches.steps, "batch_size": batches.batch_size}
        self._events.write(EventKind.STARTED, **start, epoch=self._position.epoch, batch=self._position.batch)

    def _material(self, phase: Phase, pictures: dict[str, Pictures]) -> Material:
        cut, cache = self._network.cut(phase.train_from), self._home.cache
        material = material_of(self._info, cut, phase.train_from, pictures, cache, Meter(self._tell, self._obey))
        if cut.frozen is not None and not material.is_kept and not is_exact(self._info.spec):
            self._note(phase.first, N_("There is no room to keep what the frozen part gives: each epoch computes it."))
        return material

    def _fit(self, phase: Phase, material: Material, pins: Pins) -> None:
        position, batches, model = self._position, material.batches, material.model
        steps = batches.steps
        compile_model(model, self._info.spec)
        model.optimizer.build(model.trainable_variables)
        self._optimizer = model.optimizer
        if position.epoch > phase.first or position.batch:
            load_optimizer(self._run.checkpoint, self._optimizer)
        self._stage(Stage.TRAINING)
        callbacks = keras.callbacks.CallbackList(
            [
                Reporter(self._events, position, batches.batch_size, len(batches)),
                Guard(self._training.learning_rate * phase.rate, position),
                pins,  # before the checkpoint: what is missing of an epoch then is done again
                keras.callbacks.LambdaCallback(on_epoch_end=lambda _epoch, _logs: material.release()),
                Keeper(
                    self._run,
                    self._training,
                    position,
                    self._kept,
                    self._snapshots,
                    phase.rate,
                    lambda: self._stops_early(phase),
                ),
            ],
            add_history=True,  # Keras's fit returns it
            model=model,
        )
        validation_batches = evaluation_batches(material.parts["validation"], evaluation_batch_size(model))

        def fit(last_epoch: int) -> None:
            first, batch = position.epoch, position.batch
            model.fit(
                training_input(batches, first, last_epoch, batch),
                steps_per_epoch=steps - batch,
                initial_epoch=first,
                epochs=last_epoch,
                shuffle=False,  # the batches come in their order
                validation_data=validation_batches,
                callbacks=callbacks,
                verbose=0,
            )

        if position.batch == steps:  # only the validation of this epoch is missing
            callbacks.on_train_begin()
            callbacks.on_epoch_begin(position.epoch)
            checked = model.evaluate(validation_batches, return_dict=True, verbose=0, callbacks=callbacks)
            callbacks.on_epoch_end(position.epoch, {f"val_{name}": value for name, value in checked.items()})
        elif position.batch:  # the rest of a split epoch
            fit(position.epoch + 1)
        if position.epoch < phase.end and not model.stop_training:
            fit(phase.end)
        self._stop = bool(model.stop_training)

    def _keep_best(self) -> None:
        """With early stopping, go back to the weights of the epoch with the lowest validation loss."""
        losses, done = self._position.val_losses, self._position.epoch
        if self._position.finished_early:
            self._note(done - 1, N_("Finished early on request."))
        if not self._training.early_stopping or best_epoch(losses) == done - 1:
            return
        load_weights(self._run.best_weights, self._kept)
        self._note(best_epoch(losses), N_("The weights of this epoch were kept: its validation loss was the lowest."))

    def _save(self, with_model: bool) -> None:
        self._stage(Stage.SAVING)
        if self._optimizer or not self._run.checkpoint.exists():  # else this stay has learnt nothing
            save_checkpoint(self._run.checkpoint, self._kept, self._optimizer, self._position)
        if with_model:
            save_model(self._run.model, self._network.whole)

    def _obey(self) -> None:
        obey(self._run)

    def _tell(self, done: int, total: int, speed: float) -> None:
        self._events.write(EventKind.EXTRACTED, done=done, total=total, images_per_second=speed)

    def _stage(self, stage: Stage) -> None:
        self._events.write(EventKind.STAGE, stage=stage)

    def _note(self, epoch: int, message: str) -> None:
        self._events.write(EventKind.NOTE, epoch=epoch, message=message)
