"""Compiling the kernels, and telling from which sources a library was made.

`hatch_build.py` runs this file on installation; it needs nothing but Python's own library.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["LIBRARY", "compile_kernels", "digest_of"]

LIBRARY = "kernels.bin"  # no suffix that Python would take for a module of its own
# No contraction of a*b+c: every machine gives the same bits. No errno of square roots: several are
# taken at once. On Linux: no build id, so the same wheel twice; calls inside the library stay
# inside, whatever else the process has loaded.
_FLAGS = (
    *("-O3", "-std=c11", "-fPIC", "-shared", "-ffp-contract=off", "-fno-math-errno"),
    *(("-Wl,--build-id=none", "-Wl,-Bsymbolic") if sys.platform.startswith("linux") else ()),
)


def digest_of(folder: Path) -> str:
    """Give the first half of a SHA-256 over the C sources in a folder.

    Examples
    --------
    >>> len(digest_of(Path(__file__).parent))
    32
    """
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.[ch]")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:32]


def compile_kernels(folder: Path) -> str:
    """Compile all C files of a folder into one library there; what went wrong, or nothing.

    The compiler is that of the environment variable ``CC``, else the first of cc, gcc and clang.
    """
    if sys.platform == "win32":
        return "Windows is not tried yet"
    compiler = os.environ.get("CC") or next(filter(shutil.which, ("cc", "gcc", "clang")), None)
    if compiler is None:
        return "no C compiler (cc, gcc, clang)"
    fresh = folder / f"{LIBRARY}.new"
    define = f'-DKERNELS_DIGEST="{digest_of(folder)}"'
    sources = sorted(map(str, folder.glob("*.c")))
    command = [*shlex.split(compiler), *_FLAGS, define, *sources, "-o", str(fresh), "-lm"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError as error:
        return str(error)
    if done.returncode:
        return done.stderr.strip()[-500:] or f"{compiler} ended with {done.returncode}"
    fresh.replace(folder / LIBRARY)
    return ""
