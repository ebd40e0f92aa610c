#!/bin/sh
# install-browser.sh VENV: a Chromium and a Chinese font.  One that is there is used; as root the distribution's package;
# else Playwright's own.  Without a browser everything works but pages that only a browser can show stay unread.
set -eu
venv=$1
have_browser() {
    for name in chromium chromium-browser google-chrome-stable google-chrome; do
        # Ubuntu ships a chromium-browser that only asks for a snap, so a name alone proves nothing.
        if command -v "$name" >/dev/null && "$name" --version >/dev/null 2>&1; then return 0; fi
    done
    ls "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium-*/chrome-linux*/chrome >/dev/null 2>&1
}
have_font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh family)" ]; }
apt_install() {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
is_root=false
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then is_root=true; fi

if ! have_font && $is_root; then
    echo "安装中文字体……"
    apt_install fontconfig fonts-wqy-microhei
fi
have_browser && exit 0
if $is_root && ! grep -qi '^ID=ubuntu' /etc/os-release; then
    echo "安装 Chromium……"
    apt_install chromium
elif $is_root; then
    echo "安装 Playwright 自带的 Chromium……"
    "$venv/bin/playwright" install --with-deps chromium
else
    echo "安装 Playwright 自带的 Chromium……"
    "$venv/bin/playwright" install chromium || true
fi
have_browser || echo "未能安装浏览器：只有浏览器才能显示的网页将不被判断" >&2
