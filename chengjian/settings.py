"""The only reader of the environment."""

import getpass
import os
import shutil
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def program_version() -> str:
    try:
        return version("chengjian")
    except PackageNotFoundError:  # run from a source tree that was never installed
        return "0"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator sets once for a machine.

    ``home`` is where data is kept, ``contact`` is how an office reaches the operator of the crawler (it goes into the
    User-Agent), ``chromium`` is the browser's path (None: pages that only a browser can show stay unreadable).
    """

    home: Path
    database: str
    contact: str
    chromium: str | None
    notify: tuple[str, ...] = field(default=(), repr=False)  # Apprise addresses: they hold passwords and tokens
    deadman: str = field(default="", repr=False)  # called after each good night; its silence is somebody's alarm
    hosts: tuple[str, ...] = ()  # names that the console is called by, beside addresses and localhost
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")  # addresses that are believed whom they ask for (serve --https)
    factor_needed: bool = False  # whether who decides or manages must have a second factor
    allowed_hosts: tuple[str, ...] = ()  # private hosts that the console may have audited: host or host:port
    key_file: Path | None = None  # locks the secrets of the second factor; None: a file in the home

    @property
    def user_agent(self) -> str:
        return f"Chengjian/{program_version()} (+{self.contact}; government website integrity monitoring)"


def _default_contact() -> str:
    try:
        return f"mailto:{getpass.getuser()}@{socket.getfqdn()}"
    except (KeyError, OSError):  # a container without a user entry
        return "mailto:postmaster@localhost"


def _playwright_chromium(environ: Mapping[str, str]) -> str | None:
    root = Path(environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    found = sorted(root.glob("chromium-*/chrome-linux*/chrome"))
    return str(found[-1]) if found else None


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from ``CHENGJIAN_HOME``, ``_DB``, ``_CONTACT``, ``_CHROMIUM``, ``_NOTIFY``, ``_DEADMAN``, ``_HOSTS``,
    ``_PROXIES``, ``_TOTP``, ``_ALLOW_HOSTS`` and ``_KEY_FILE``.

    ``CHENGJIAN_NOTIFY`` holds Apprise addresses between blanks, ``CHENGJIAN_ALLOW_HOSTS`` hosts, ``CHENGJIAN_HOSTS``
    names of this machine, ``CHENGJIAN_PROXIES`` addresses of proxies; ``CHENGJIAN_TOTP=required`` demands a second
    factor of whoever decides or manages; ``CHENGJIAN_KEY_FILE`` is the file that its secrets are locked with.
    """
    env = os.environ if environ is None else environ
    data_home = Path(env.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    home = Path(env.get("CHENGJIAN_HOME") or data_home / "chengjian")
    chromium = env.get("CHENGJIAN_CHROMIUM")
    if chromium is None:
        found = (shutil.which(name) for name in CHROMIUM_NAMES)
        chromium = next((path for path in found if path), None) or _playwright_chromium(env)
    contact = (env.get("CHENGJIAN_CONTACT") or _default_contact()).encode("ascii", "replace").decode()
    return Settings(
        home=home,
        database=env.get("CHENGJIAN_DB") or f"sqlite:///{home / 'chengjian.sqlite3'}",
        contact="".join(c for c in contact if c.isprintable()),
        chromium=chromium or None,
        notify=tuple((env.get("CHENGJIAN_NOTIFY") or "").split()),
        deadman=(env.get("CHENGJIAN_DEADMAN") or "").strip(),
        hosts=tuple((env.get("CHENGJIAN_HOSTS") or "").split()),
        proxies=tuple((env.get("CHENGJIAN_PROXIES") or "127.0.0.1 ::1").split()),
        factor_needed=(env.get("CHENGJIAN_TOTP") or "").strip().lower() == "required",
        allowed_hosts=tuple((env.get("CHENGJIAN_ALLOW_HOSTS") or "").split()),
        key_file=Path(key_file) if (key_file := env.get("CHENGJIAN_KEY_FILE")) else None,
    )


def child_environment(settings: Settings) -> dict[str, str]:
    """What a child process of the night is given: our environment, this home and database, and no secrets to tell."""
    told = {"CHENGJIAN_HOME": str(settings.home), "CHENGJIAN_DB": settings.database}
    hidden = ("CHENGJIAN_NOTIFY", "CHENGJIAN_DEADMAN")
    return {name: value for name, value in os.environ.items() if name not in hidden} | told
