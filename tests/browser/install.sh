#!/usr/bin/env bash
# Debian's Chromium and a Chinese font, where they are missing; never a browser from elsewhere.
set -euo pipefail
if command -v chromium >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q .; then exit 0; fi
command -v apt-get >/dev/null || { echo "install chromium and a Chinese font, then: make e2e"; exit 1; }
as_root=(); [ "$(id -u)" = 0 ] || as_root=(sudo)
"${as_root[@]}" apt-get -qq update
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get -qq install -y --no-install-recommends \
  chromium fontconfig fonts-noto-cjk >/dev/null
