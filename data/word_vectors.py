"""Make the package's word vectors from those of the `synonyms` project.

    pip download --no-deps --no-binary :all: synonyms==3.8.0 && tar xzf synonyms-3.8.0.tar.gz
    python data/word_vectors.py synonyms-3.8.0/synonyms/data/words.vector

Source: https://pypi.org/project/synonyms/3.8.0 (MIT, Hai Liang Wang and Hu Ying Xi 2017), word2vec
of 100 dimensions trained on the Chinese Wikipedia. Kept are the words of Chinese characters that
jieba's dictionary counts at least `LEAST_FREQUENCY` times, each scaled to length 1 and rounded to
8 bits. The same source gives the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import jieba
import numpy as np

LEAST_FREQUENCY = 100
TARGET = Path(__file__).resolve().parents[1] / "sms_classifier" / "resources"


def read_word2vec(path: Path) -> Iterator[tuple[str, np.ndarray]]:
    """Words and vectors of a file in word2vec's binary form."""
    data = path.read_bytes()
    header, start = data[: data.index(b"\n")], data.index(b"\n") + 1
    count, width = map(int, header.split())
    for _ in range(count):
        end = data.index(b" ", start)
        word = data[start:end].lstrip(b"\n").decode("utf-8", "replace")
        start = end + 1 + 4 * width
        yield word, np.frombuffer(data, dtype="<f4", count=width, offset=end + 1)


def main(path: Path) -> None:
    """Write word_vectors.txt and word_vectors.npy."""
    frequency = jieba.Tokenizer().gen_pfdict(jieba.Tokenizer().get_dict_file())[0]
    kept = sorted(
        (word, vector)
        for word, vector in read_word2vec(path)
        if frequency.get(word, 0) >= LEAST_FREQUENCY and all("一" <= char <= "鿿" for char in word)
    )
    vectors = np.array([vector / np.linalg.norm(vector) for _, vector in kept])
    np.save(TARGET / "word_vectors.npy", np.round(vectors * 127).astype(np.int8))
    (TARGET / "word_vectors.txt").write_text("".join(f"{word}\n" for word, _ in kept), "utf-8")
    print(f"{len(kept)} words of {vectors.shape[1]} dimensions")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
