"""What the readers are learnt by: kernels and Python give the same bits."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix, random_array

from sms_classifier.model.windows import WINDOW, Windows, WordSequences, n_word_inputs
from sms_classifier.native import is_compiled, kernels
from sms_classifier.text.meaning import n_known_words
from sms_classifier.training.adam import Adam, _native_move, move, step_rates
from sms_classifier.training.readers import fit_readers, taken
from sms_classifier.training.slide import _NativeSlide, _PythonSlide
from sms_classifier.training.sparse_layer import _NativeLayer, _PythonLayer

needs_kernels = pytest.mark.skipif(not is_compiled(), reason="no kernels")
N_STEPS = 40


def inputs(n_rows=60, n_inputs=200, density=0.05):
    random = np.random.default_rng(3)
    return csr_matrix(random_array((n_rows, n_inputs), density=density, rng=random))


def sequences(n_texts, n_own, seed=0):
    random = np.random.default_rng(seed)
    lengths = random.integers(0, 12, n_texts)
    lengths[0] = 0
    greatest = n_known_words() + n_own
    numbers = random.choice([0, 1, 7, 8, greatest, greatest - 1, 500], int(lengths.sum()))
    return WordSequences.join(numbers, lengths)


@needs_kernels
@pytest.mark.parametrize("n_units", [1, 7, 64])
def test_kernel_learns_the_layer_that_python_learns(n_units):
    X = inputs()
    first = np.random.default_rng(0).normal(size=(X.shape[1], n_units)).astype(np.float32)
    steps = step_rates(np.linspace(2e-3, 0, N_STEPS), 0.2)
    learnt = []
    for make in (_PythonLayer, lambda *given: _NativeLayer(kernels(), *given)):
        random, weights, products = np.random.default_rng(1), first.copy(), []
        layer = make(X, weights, steps, 0.7)
        for size in [9, 0, *[5] * (N_STEPS - 2)]:
            products.append(layer.forward(random.integers(0, X.shape[0], size), random))
            layer.backward(random.normal(size=(size, n_units)).astype(np.float32))
        layer.finish()
        learnt.append([*products, weights])
    for theirs, ours in zip(*learnt, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert (learnt[0][-1] != first).all()


@needs_kernels
@pytest.mark.parametrize("n_detectors", [1, 8, 13, 64])
def test_kernel_slides_as_python_does(n_detectors):
    n_own = 5
    greatest = n_known_words() + n_own
    shape = WINDOW, n_word_inputs(greatest), n_detectors
    random = np.random.default_rng(0)
    for weights in (random.normal(size=shape), np.zeros(shape)):
        for bias in (random.normal(size=n_detectors), np.zeros(n_detectors)):
            windows = Windows(weights.astype(np.float32), bias.astype(np.float32))
            batch = sequences(50, n_own)
            python, native = _PythonSlide(windows, batch), _NativeSlide(kernels(), windows, batch)
            np.testing.assert_array_equal(native.best, python.best)
            np.testing.assert_array_equal(native._where, python._where)
            error = random.normal(size=native.best.shape).astype(np.float32) * (native.best > 0)
            np.testing.assert_array_equal(native.gradient(error), python.gradient(error))


@needs_kernels
def test_kernel_moves_as_python_does():
    random = np.random.default_rng(0)
    arrays = [random.normal(size=(3, 5)).astype(np.float32) for _ in range(4)]
    arrays[3] **= 2
    figures = step_rates(np.array([2e-3]), 0.2)[0]
    moved = [[part.copy() for part in arrays] for _ in range(2)]
    move(*moved[0], figures)
    _native_move(kernels())(*moved[1], figures)
    for theirs, ours in zip(*moved, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_biases_do_not_decay():
    weights = [np.ones((1, 1), dtype=np.float32), np.ones(1, dtype=np.float32)]
    adam = Adam(weights, step_rates(np.array([0.5]), 0.2))
    adam.step(0, [np.zeros_like(part) for part in weights])
    assert [float(part.item()) for part in weights] == [pytest.approx(0.9), 1.0]


def test_texts_are_taken_in_any_order():
    words = WordSequences.join(np.array([5, 6, 7, 8]), np.array([2, 0, 1, 1]))
    some = taken(words, np.array([3, 0, 1, 0]))
    assert some.ids.tolist() == [0, 8, 0, 5, 6, 0, 0, 5, 6, 0]
    assert (some.ends - some.starts).tolist() == [1, 2, 0, 2]


def test_readers_learn_what_tells_two_labels():
    labels = np.arange(40) % 2
    X = csr_matrix(np.stack([labels, 1 - labels], axis=1).astype(float))
    words = WordSequences.join(np.ones(40, dtype=np.int64), np.ones(40, dtype=np.int64))
    targets = np.stack([labels == 0, labels == 1], axis=1).astype(float)
    rows = np.arange(30)
    readers = fit_readers(
        *(X, words, targets, np.ones_like(targets), rows),
        **{"n_labels": 2, "n_word_inputs": n_word_inputs(1), "n_hidden": 8, "n_detectors": 8},
    )
    assert (readers.logits(X, words).argmax(axis=1) == labels).all()
