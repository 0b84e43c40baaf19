"""Classifying chunks in this process or in several, results always in input order.

Only texts go to the workers and only added columns come back; each worker loads its classifier
once. A worker that dies (out of memory, say) costs its chunks another try, never a row.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Protocol

from sms_classifier.errors import SmsClassifierError, TableError
from sms_classifier.tables.chunk import Chunk

__all__ = ["Added", "Classify", "Load", "Workers", "open_workers"]

Added = Mapping[str, Sequence[str]]
Classify = Callable[[Sequence[str]], Added]
Load = Callable[[], Classify]
_Result = tuple[dict[str, list[str]] | None, str]  # columns, or None and what went wrong

_CHUNKS_A_JOB = 3  # in flight: one worked on, one waiting, one coming back
_MOST_RESTARTS = 3  # of a pool without a finished chunk in between


class Workers(Protocol):
    """Something that classifies chunks."""

    columns: tuple[str, ...]

    def run(self, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, Added]]:
        """Yield each chunk with the added columns of its rows with status ``ok``."""


@contextmanager
def open_workers(load: Load, jobs: int) -> Iterator[Workers]:
    """Start what classifies; its ``columns`` are known then.

    Parameters
    ----------
    load : callable
        Picklable if ``jobs`` is over 1; called once in each worker.
    jobs : int
        1 classifies in this process.

    Raises
    ------
    ValueError
        If ``jobs`` is not positive.
    """
    if jobs < 1:
        raise ValueError(f"jobs must be 1 or more, not {jobs}")
    if jobs == 1:
        yield _Alone(load())
        return
    pool = _Pool(load, jobs)
    try:
        pool.columns = tuple(pool.ask([]))
        yield pool
    finally:
        pool.close()


class _Alone:
    """Classifies in this process."""

    def __init__(self, classify: Classify) -> None:
        self._classify = classify
        self.columns = tuple(classify([]))

    def run(self, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, Added]]:
        """Yield each chunk with its added columns."""
        for chunk in chunks:
            yield chunk, self._classify(_sound_texts(chunk))


class _Pool:
    """Classifies in several processes."""

    columns: tuple[str, ...] = ()

    def __init__(self, load: Load, jobs: int) -> None:
        self._load = load
        self._jobs = jobs
        self._deaths = 0
        self._pool = self._start()

    def ask(self, texts: Sequence[str]) -> Added:
        """Classify some texts and wait for it."""
        texts = list(texts)
        return self._answer(texts, self._submit(texts))

    def run(self, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, Added]]:
        """Yield each chunk with its added columns, a bounded number being in flight."""
        flying: deque[tuple[Chunk, list[str], Future[_Result]]] = deque()
        for chunk in chunks:
            texts = _sound_texts(chunk)
            flying.append((chunk, texts, self._submit(texts)))
            if len(flying) >= self._jobs * _CHUNKS_A_JOB:
                done, texts, future = flying.popleft()
                yield done, self._answer(texts, future)
        while flying:
            done, texts, future = flying.popleft()
            yield done, self._answer(texts, future)

    def close(self) -> None:
        """Let the workers go."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _start(self) -> ProcessPoolExecutor:
        """Start processes that share nothing with this one: safe with threads, on every system.

        All at once: the executor would start them one by one on demand, and trip over its own
        table of processes when one dies at that moment.
        """
        pool = ProcessPoolExecutor(
            self._jobs,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_prepare,
            initargs=(self._load,),
        )
        with _deaf_children():
            for _ in range(self._jobs):
                pool.submit(_nothing)
        return pool

    def _submit(self, texts: list[str]) -> Future[_Result]:
        """Hand texts to a worker, to a new pool if the old one has died meanwhile."""
        try:
            with _deaf_children():
                return self._pool.submit(_classify, texts)
        except BrokenProcessPool:
            self._restart()
            return self._submit(texts)

    def _answer(self, texts: list[str], future: Future[_Result]) -> Added:
        """Wait for a worker; if it died, ask another."""
        try:
            added, fault = future.result()
        except BrokenProcessPool:
            self._restart()
            return self._answer(texts, self._submit(texts))
        self._deaths = 0
        if added is None:
            raise TableError(fault)
        return added

    def _restart(self) -> None:
        """Replace a dead pool, but not for ever."""
        try:
            with _deaf_children():
                self._pool.submit(_nothing)
            return  # another chunk's fault has brought a new pool already
        except BrokenProcessPool:
            self._deaths += 1
        self._pool.shutdown(wait=True, cancel_futures=True)
        if self._deaths > _MOST_RESTARTS:
            raise TableError("workers keep dying, perhaps for want of memory; use fewer --jobs")
        self._pool = self._start()


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Have processes that start meanwhile ignore Ctrl-C, from their very first instruction.

    It is held back here for that moment, not lost.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _sound_texts(chunk: Chunk) -> list[str]:
    """Pick the texts that can be classified."""
    pairs = zip(chunk.texts, chunk.statuses, strict=True)
    return [text for text, status in pairs if status == "ok"]


class _Loaded:
    """What a worker process keeps."""

    load: Load
    classify: Classify | None = None


def _prepare(load: Load) -> None:
    """Set up a worker: the parent alone answers Ctrl-C, and its death is the worker's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()
    _Loaded.load = load


def _follow_parent() -> None:
    """End with the parent: after its ``kill -9`` nobody else would end this process."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _classify(texts: list[str]) -> _Result:
    """Classify in a worker; faults of the user's go back as text, which always pickles."""
    try:
        if _Loaded.classify is None:
            _Loaded.classify = _Loaded.load()
        return {name: list(cells) for name, cells in _Loaded.classify(texts).items()}, ""
    except SmsClassifierError as error:
        return None, str(error)


def _nothing() -> None:
    """Show that a pool is alive."""
