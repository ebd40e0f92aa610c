#!/bin/sh
# make-venv.sh PYTHON VENV: a virtual environment, also on a Debian whose python3 came without the venv module.
set -eu
python=$1 venv=$2
command -v "$python" >/dev/null || { echo "没有找到 $python，请先安装 Python 3.11 或更新版本" >&2; exit 2; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "$python 版本过低，需要 Python 3.11 或更新版本（可用 make PYTHON=python3.12 …）" >&2
    exit 2
}
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
    else
        echo "缺少 Python 的 venv 模块，请先运行：sudo apt-get install python3-venv" >&2
        exit 2
    fi
fi
"$python" -m venv "$venv"
