#!/bin/sh
# install-assets.sh VENV: htmx and ECharts for the console, from the locked wheels that carry them.
set -eu
venv=$1
vendor=console/static/vendor
if [ -s "$vendor/htmx.min.js" ] && [ -s "$vendor/echarts.min.js" ] && [ "$vendor/echarts.min.js" -nt tools/assets.lock ]; then exit 0; fi
echo "安装网页部件……"
wheels=$(mktemp -d)
trap 'rm -rf "$wheels"' EXIT
"$venv/bin/python" -m pip download -q --disable-pip-version-check --no-deps --only-binary :all: --require-hashes -d "$wheels" -r tools/assets.lock
"$venv/bin/python" - "$wheels" "$vendor" <<'PYTHON'
import sys
from pathlib import Path
from zipfile import ZipFile

wheels, vendor = map(Path, sys.argv[1:])
vendor.mkdir(parents=True, exist_ok=True)
wanted = {"htmx-2.min.js": "htmx.min.js", "echarts.min.js": "echarts.min.js"}
for wheel in wheels.glob("*.whl"):
    with ZipFile(wheel) as packed:
        for name in packed.namelist():
            if target := wanted.pop(name.rpartition("/")[2], None):
                (vendor / target).write_bytes(packed.read(name))
if wanted:
    sys.exit(f"没有找到网页部件：{'、'.join(wanted)}")
PYTHON
