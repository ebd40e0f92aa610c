"""The operator: from a service that was just started to a console in which everybody can work."""

import re
import time
from collections.abc import Callable

import pyotp
import pytest
from playwright.sync_api import expect

from chengjian.demo.city import NEIGHBOUR
from tests.demo_played import Played
from tests.journeys.at_desk import AtDesk
from tests.journeys.conftest import Office

PASSWORD = "long-walk-by-the-river-7"
EVERYBODY = (
    ("analyst", "分析员", ""),
    ("verifier", "审核员", ""),
    ("office", "信用办", ""),
    ("auditor", "审计员", ""),
    ("county", "被评单位", "青禾县"),
)

Watch = Callable[[AtDesk], AtDesk]


@pytest.fixture(scope="module")
def operator(empty_office: Office) -> AtDesk:
    desk = empty_office.visitor()
    empty_office.desks["operator"] = desk
    return desk


def test_the_first_administrator(empty_office: Office, operator: AtDesk) -> None:
    """No default password: only who reads the service's terminal gets in; then a second factor is asked for, too."""
    operator.go("/")
    assert operator.path == "/first"
    operator.fill(启动口令="guessed", 登录名="root", 姓名="冯六", 密码=PASSWORD)
    operator.press("建立", status=422)
    operator.says("启动口令不对")
    operator.fill(启动口令=empty_office.service.first_word, 密码=PASSWORD)
    operator.press("建立")
    operator.says("管理员账户已建立")
    operator.sign_in("root", PASSWORD)
    operator.go("/me/second-factor")
    secret = operator.main.locator("code").inner_text().replace(" ", "")
    operator.fill(验证码=pyotp.TOTP(secret).now())
    operator.press("设好")
    operator.says("动态验证码已设好")
    operator.follow(operator.page.get_by_role("button", name="退出"))
    operator.sign_in("root", PASSWORD)
    assert operator.path == "/login/code"
    operator.fill(验证码="000000")
    operator.press("登录", status=422)
    operator.fill(验证码=pyotp.TOTP(secret).at(time.time(), counter_offset=1))  # each code is good once
    operator.press("登录")
    expect(operator.page.get_by_text("冯六")).to_be_visible()


def test_accounts_for_everybody(empty_office: Office, operator: AtDesk, no_fault_in_the_browser: Watch) -> None:
    """A password that is made for somebody is shown once and changed before anything else is done."""
    passwords = {}
    for login, role, unit in EVERYBODY:
        operator.go("/users")
        new = operator.form("/users")
        operator.fill(new, 登录名=login, 姓名=f"新来的{role}")
        new.locator("select[name=role]").select_option(label=role)
        if unit:
            new.locator("select[name=unit]").select_option(label=unit)
        operator.press("新建", new)
        passwords[login] = operator.page.locator("#secret").inner_text()
    operator.go("/users")
    operator.says(*(login for login, _, _ in EVERYBODY), "待改密码")
    county = no_fault_in_the_browser(empty_office.visitor())
    county.sign_in("county", passwords["county"])
    assert county.path == "/me/password"
    county.fill(原密码=passwords["county"], 新密码=PASSWORD, 再输一次新密码=PASSWORD)
    county.press("修改")
    county.go("/")
    county.says("青禾县")
    assert county.path == "/mine"
    county.go("/users", status=403)


def test_the_watch_is_seen(operator: AtDesk) -> None:
    """Health of the portals, what each night did and why it stopped, what is stored, which model judges."""
    operator.go("/portals")
    operator.says("青禾县", "雁塘县", "拒绝访问")
    operator.follow(operator.main.get_by_role("link", name="雁塘县"))
    operator.says("巡查记录", "第 5 夜")
    operator.go("/crawls")
    operator.says("第 5 夜")
    operator.go("/crawls/3")
    operator.says("柳湾区")
    for path in ("/schedule", "/storage", "/model", "/log", "/me", "/overview", "/api"):
        operator.go(path)


def test_an_audit_now(played: Played, operator: AtDesk) -> None:
    """It is queued, one time for two clicks, shown while it runs, and ends with a report."""
    operator.go("/jobs")
    operator.fill(网址=played.served.url("qinghe"), 最多网页="3", 最多分钟="2")
    with operator.page.expect_navigation():
        operator.main.get_by_role("button", name="巡查", exact=True).dblclick()
    assert re.fullmatch(r"/jobs/\d+", operator.path)
    expect(operator.main).to_contain_text("看了", timeout=90_000)
    operator.says("完成")
    report = operator.page.request.get(f"{operator.page.url}/report")
    assert report.ok
    assert "sandbox" in report.headers["content-security-policy"]
    assert operator.go("/jobs").locator("tbody tr").count() == 1


def test_an_inside_address_is_refused(played: Played, operator: AtDesk) -> None:
    """Who may ask for an audit may not look into our own network by it: this server is on no list of the operator."""
    operator.go("/jobs")
    operator.fill(网址=played.served.url(NEIGHBOUR), 最多网页="3", 最多分钟="2")
    operator.press("巡查")
    expect(operator.main).to_contain_text("未成", timeout=60_000)
    operator.says("内网或本机地址，没有访问")
    asked = [one for one in played.served.served(NEIGHBOUR) if "testing" in one.user_agent]
    assert asked == []
