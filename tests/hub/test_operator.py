"""The operator's page: who gets in, what is shown, and how it looks in a real Chromium."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from hub import figures, pages, setting_up
from hub.database import now_ms, put_word
from hub.passwords import hashed, is_session, make_session
from hub.tables import device, mail
from tests.hub.devices import unchecked
from tests.hub.running import ROOT
from tests.hub.worlds import World, content

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
DAY_MS = 86_400_000
OFFICES = ("450900", "450900-ga", "450921", "450923", "450923-ga", "450924")


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A hub with six offices, bundles that wait, one device cut and one that has not come for long."""
    world = World(tmp_path_factory.mktemp("busy"))
    with world.going():
        devices = [world.device(office) for office in OFFICES]
        for sender in devices[1:]:
            sender.send(content(20_000), devices[0])
        devices[0].mailbox()
        thief = world.device("450981")
        world.city.cut(thief)
        world.tell(devices[0])
        assert thief.ask("GET", "/v1/statements").json()["code"] == "hub.cut"
        with world.inside() as hub:
            hub.meters.refused("hub.cut")
            hub.meters.write()
            with hub.database.writing() as conn:
                away = now_ms() - 9 * DAY_MS
                conn.execute(update(device).where(device.c.id == devices[3].id).values(seen_at=away))
                conn.execute(update(mail).where(mail.c.no == 1).values(at=away))
        yield world


@pytest.fixture
def browser(busy: World) -> Iterator[httpx.Client]:
    """Something that keeps cookies."""
    with httpx.Client(base_url=busy.address, verify=unchecked(), trust_env=False, timeout=30) as client:
        yield client


def _sign_in(browser: httpx.Client, password: str, **headers: str) -> httpx.Response:
    return browser.post("/operator/login", data={"password": password}, headers=headers)


def test_nothing_is_shown_before_the_password(busy: World, browser: httpx.Client) -> None:
    page = browser.get("/operator")
    assert "450923" not in page.text
    assert 'type="password"' in page.text
    wrong = _sign_in(browser, "wrong")
    assert wrong.status_code == 403
    assert "口令不对" in wrong.text
    assert not browser.cookies
    assert _sign_in(browser, busy.made.password).status_code == 303
    seen = browser.get("/operator").text
    for office in OFFICES:
        assert f"<code>{office}</code>" in seen
    assert "已切断" in seen
    assert busy.made.fingerprint in seen


def test_the_page_loads_nothing_from_elsewhere_and_forbids_it(busy: World, browser: httpx.Client) -> None:
    answer = _sign_in(browser, busy.made.password)
    page = browser.get("/operator")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "script" not in page.text
    assert "http" not in page.text.replace("http-equiv", "")
    cookie = answer.headers["set-cookie"].lower()
    for word in ("httponly", "secure", "samesite=strict", "path=/operator"):
        assert word in cookie


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elsewhere.invalid"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
def test_a_form_of_another_page_is_refused(
    busy: World, browser: httpx.Client, headers: dict[str, str]
) -> None:
    answer = _sign_in(browser, busy.made.password, **headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "hub.elsewhere")
    assert browser.post("/operator/logout", headers=headers).status_code == 403


def test_signing_out_ends_it_here_and_a_new_password_ends_it_everywhere(tmp_path: Path) -> None:
    world = World(tmp_path)
    with world.going(), httpx.Client(base_url=world.address, verify=unchecked(), trust_env=False) as browser:
        _sign_in(browser, world.made.password)
        assert "指纹" in browser.get("/operator").text
        browser.post("/operator/logout")
        assert "指纹" not in browser.get("/operator").text
        _sign_in(browser, world.made.password)
        with world.inside() as hub, hub.database.writing() as conn:
            put_word(conn, "password", hashed("another"))
        assert "指纹" not in browser.get("/operator").text
        assert _sign_in(browser, "x" * 5_000).json()["code"] == "hub.too_large"
        tries = [_sign_in(browser, "guess") for _ in range(12)]
        assert tries[-1].status_code == 429
        assert browser.get("/metrics").json()["code"] == "hub.token"
        token = {"Authorization": f"Bearer {world.made.token}"}
        text = browser.get("/metrics", headers=token).text
        assert 'liandong_hub_refusals_total{code="hub.password"}' in text
        assert "liandong_hub_waiting 0.0" in text


def test_a_session_runs_out_and_cannot_be_made_up() -> None:
    session = make_session(b"secret", "kept", 1_000)
    assert is_session(b"secret", "kept", session, 1_000)
    assert not is_session(b"secret", "kept", session, 1_000 + 31 * 60_000)
    assert not is_session(b"other", "kept", session, 1_000)
    later = f"{int(session[:12], 16) + 60_000:012x}{session[12:]}"
    for forged in (later, "", ".", "x.y", session[:-1], "é" + session, f"{10**30:x}.{session[13:]}"):
        assert not is_session(b"secret", "kept", forged, 1_000)


def test_what_is_not_ours_is_escaped() -> None:
    row = figures.DeviceRow("<b>&\"'", "<script>", False, None, 1, 5, 0, 0)
    seen = pages.Overview(
        0, "<i>", "<i>", {"database": "failed"}, figures.Totals(0, 0, 0, 0, 0), 1, [row], []
    )
    text = pages.overview(seen)
    assert "<script>" not in text
    assert "<b>&" not in text
    assert "<i>" not in text
    assert "数据库" in text
    assert "还没有电脑" in pages.overview(seen._replace(devices=[]))


@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed at /usr/bin/chromium")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_real_browser_it_is_whole_calm_and_readable(busy: World, tmp_path: Path, scheme: Any) -> None:
    from playwright.sync_api import sync_playwright

    fonts = tmp_path / "fonts.conf"
    fonts.write_text(
        f'<?xml version="1.0"?><fontconfig><dir>{ROOT / "resources" / "fonts"}</dir>'
        f"<dir>/usr/share/fonts</dir><cachedir>{tmp_path}</cachedir></fontconfig>"
    )
    complaints: list[str] = []
    asked: set[str] = set()
    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=str(CHROMIUM),
            args=list(SWITCHES),
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        )
        page = chromium.new_page(
            ignore_https_errors=True, viewport={"width": 1366, "height": 768}, color_scheme=scheme
        )
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda said: complaints.append(str(said)))
        page.on("request", lambda request: asked.add(request.url.removeprefix(busy.address)))
        page.goto(f"{busy.address}/operator")
        assert page.evaluate("document.activeElement.id") == "password"
        page.keyboard.type(busy.made.password)
        page.keyboard.press("Enter")
        page.wait_for_selector("text=单位与电脑")
        page.screenshot(path=tmp_path / f"{scheme}.png", full_page=True)
        width = page.evaluate("document.documentElement.scrollWidth")
        contrast = page.evaluate(_CONTRAST)
        rows = page.locator("tbody tr td:first-child code").count()
        page.click("text=Sign out")
        page.wait_for_selector("#password")
        chromium.close()
    assert complaints == []
    assert asked == {"/operator", "/operator/login", "/operator/logout", "/operator/style.css"}
    assert width <= 1366
    assert rows == len(OFFICES) + 1
    assert contrast == []
    assert (tmp_path / f"{scheme}.png").stat().st_size > 20_000


_CONTRAST = """() => {
  const light = colour => { const c = colour.match(/[0-9.]+/g).slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]; };
  const ground = node => { for (let n = node; n; n = n.parentElement) {
    const found = getComputedStyle(n).backgroundColor;
    if (!/, 0\\)$/.test(found)) return found; } return 'rgb(255, 255, 255)'; };
  const poor = [];
  for (const node of document.querySelectorAll('body *')) {
    if (![...node.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const [a, b] = [light(getComputedStyle(node).color), light(ground(node))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(node.textContent.slice(0, 30));
  }
  return poor; }"""


def test_a_password_that_was_printed_is_hard_to_guess() -> None:
    made = {setting_up.new_secret() for _ in range(100)}
    assert len(made) == 100
    assert all(len(one) == 23 for one in made)
