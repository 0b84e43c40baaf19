"""Build hook: compile the kernels of ``sms_classifier/native`` where a C compiler is at hand.

They are plain C behind ctypes, so no Python headers are needed and one library serves every
Python. Without a compiler the package is built all the same, and does everything in Python.
"""

from __future__ import annotations

import runpy
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = Path("sms_classifier") / "native"


class KernelHook(BuildHookInterface):
    """Compiles before the wheel, or the editable install, is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the library, and mark the wheel as one of this platform."""
        if self.target_name != "wheel":
            return
        build = runpy.run_path(str(Path(self.root) / FOLDER / "build.py"))
        fault = build["compile_kernels"](Path(self.root) / FOLDER)
        if fault:
            self.app.display_warning(f"kernels not compiled, everything runs in Python: {fault}")
            return
        build_data["artifacts"].append((FOLDER / build["LIBRARY"]).as_posix())
        build_data["pure_python"] = False
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"py3-none-{platform}"
