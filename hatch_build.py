"""Build hook: compile the kernels of ``sms_classifier/native`` where a C compiler is at hand.

They are plain C behind ctypes, so no Python headers are needed and one library serves every
Python. Without a compiler the package is built all the same, and does everything in Python.
"""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = Path("sms_classifier") / "native"
LIBRARY = FOLDER / "kernels.bin"
# No contraction of a*b+c: every machine gives the same bits. No errno of square roots: several are
# taken at once. No build id: the same wheel twice.
FLAGS = (
    *("-O3", "-std=c11", "-fPIC", "-shared"),
    *("-ffp-contract=off", "-fno-math-errno", "-Wl,--build-id=none"),
)


class KernelHook(BuildHookInterface):
    """Compiles before the wheel, or the editable install, is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the library, and mark the wheel as one of this platform."""
        if self.target_name != "wheel":
            return
        fault = compile_kernels(Path(self.root))
        if fault:
            self.app.display_warning(f"kernels not compiled, everything runs in Python: {fault}")
            return
        build_data["artifacts"].append(LIBRARY.as_posix())
        build_data["pure_python"] = False
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"py3-none-{platform}"


def compile_kernels(root: Path) -> str:
    """Compile all C files into one library; what went wrong, or nothing."""
    if sys.platform == "win32":
        return "Windows is not tried yet"
    compiler = os.environ.get("CC") or next(filter(shutil.which, ("cc", "gcc", "clang")), None)
    if compiler is None:
        return "no C compiler (cc, gcc, clang)"
    sources = sorted(str(path) for path in (root / FOLDER).glob("*.c"))
    fresh = root / LIBRARY.with_suffix(".new")
    digest_of = runpy.run_path(str(root / FOLDER / "digest.py"))["digest_of"]
    define = f'-DKERNELS_DIGEST="{digest_of(root / FOLDER)}"'
    command = [*compiler.split(), *FLAGS, define, *sources, "-o", str(fresh), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        return done.stderr.strip()[-500:]
    fresh.replace(root / LIBRARY)
    return ""


if __name__ == "__main__":
    raise SystemExit(compile_kernels(Path(__file__).resolve().parent) or None)
