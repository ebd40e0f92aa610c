#!/bin/sh
# install.sh VENV: the locked libraries (every hash checked) and this project; uv where it is found, pip otherwise.
set -eu
venv=$1
echo "安装依赖……"
if command -v uv >/dev/null; then
    # uv leaves the compiling to the first start, which where nothing may be written means to every start
    uv pip install -q --compile-bytecode --python "$venv/bin/python" --require-hashes -r requirements.lock
    uv pip install -q --python "$venv/bin/python" --no-deps -e .
else
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps -e .
fi
