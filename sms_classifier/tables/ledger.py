"""Keeping an unfinished output such that a later run can go on with it, and saying how."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sms_classifier.errors import TableError
from sms_classifier.tables.checkpoint import (
    Checkpoint,
    checkpoint_path,
    load_checkpoint,
    remove_checkpoint,
    save_checkpoint,
)
from sms_classifier.tables.delivery import Part, Stream
from sms_classifier.tables.tally import Tally

__all__ = ["InputFaultError", "Ledger"]


class InputFaultError(Exception):
    """Wraps a fault of the input: its output cannot be continued, only made anew."""


class Ledger:
    """What is whole and what is safe of one output.

    Parameters
    ----------
    output : Part or Stream
    identity : str
        Hash of all that decides the output; empty if it cannot be continued anyway.
    seconds : float
        Between two checkpoints.
    """

    def __init__(self, output: Part | Stream, identity: str, seconds: float) -> None:
        self._output = output
        self._part = output if isinstance(output, Part) else None
        self._identity = identity
        self._seconds = seconds
        self._saved = time.monotonic()
        self._whole: Checkpoint | None = None  # up to the last chunk, safe on disk or not

    def begin(self, *, resume: bool) -> Tally:
        """Empty the part, or cut it to what a checkpoint vouches for; what is done already.

        Raises
        ------
        TableError
            If the checkpoint is that of another input, model or options.
        """
        if self._part is None:
            return Tally()
        note = checkpoint_path(self._part.path)
        found = load_checkpoint(note) if resume else None
        if found is not None and found.identity != self._identity:
            raise TableError(
                f"{self._part.target}: the unfinished run had another input, model or options; "
                "start again without --resume"
            )
        if found is not None and self._part.cut(found.size):
            self._whole = found
            return found.tally.copy()
        # First the note, then the bytes it vouches for: the other order could be believed.
        remove_checkpoint(note)
        self._part.cut(0)
        return Tally()

    def note(self, tally: Tally) -> None:
        """Remember that the output is whole up to here, and make it safe now and then."""
        if not self._identity:
            return
        self._whole = Checkpoint(self._identity, self._output.file.tell(), tally.copy())
        if time.monotonic() - self._saved >= self._seconds:
            self._save()
            self._saved = time.monotonic()

    def finish(self) -> None:
        """Move the output to its place; nothing is left beside it."""
        self._output.commit()
        self._forget()

    @contextmanager
    def tidied(self) -> Iterator[None]:
        """Leave after a fault what can be continued, and nothing else."""
        try:
            yield
        except InputFaultError as error:
            self._discard()
            raise error.__cause__ or error from None
        except KeyboardInterrupt:
            raise KeyboardInterrupt(f"interrupted; {self._keep()}") from None
        except TableError as error:
            whole = self._whole
            hint = self._keep()
            raise TableError(f"{error}; {hint}" if whole else str(error)) from error
        except BaseException:
            self._keep()
            raise
        finally:
            self._output.close()

    def _save(self) -> None:
        """Make what is whole survive a kill, bytes first."""
        if self._part is not None and self._whole is not None:
            self._part.sync()
            save_checkpoint(checkpoint_path(self._part.path), self._whole)

    def _keep(self) -> str:
        """Keep the rows done so far if a resume can use them, and say so."""
        with suppress(TableError):  # a full disk: the last checkpoint that was saved still counts
            self._save()
        note = None if self._part is None else checkpoint_path(self._part.path)
        done = None if note is None or not self._identity else load_checkpoint(note)
        if done is None or self._part is None:
            self._discard()
            return "nothing is kept of it"
        return (
            f"{done.tally.rows:,} rows are kept in {self._part.path}: the same command with "
            "--resume goes on from there"
        )

    def _discard(self) -> None:
        """Remove all that was made of this output."""
        self._output.discard()
        self._forget()

    def _forget(self) -> None:
        """Remove the checkpoint."""
        if self._part is not None:
            remove_checkpoint(checkpoint_path(self._part.path))
