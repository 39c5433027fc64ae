"""The operator's pages as text. What is not fixed here is escaped; nothing comes from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from html import escape
from itertools import groupby
from typing import NamedTuple

from desktop.errors import message
from hub.figures import DeviceRow, Totals

_CHINA = timezone(timedelta(hours=8))
_DAY_MS = 86_400_000
_NOTHING = '<span class="soft">—</span>'


class Overview(NamedTuple):
    """What the page shows."""

    now: int
    network: str
    fingerprint: str
    health: dict[str, str]
    totals: Totals
    keep_days: int
    devices: Sequence[DeviceRow]
    refusals: Sequence[tuple[str, str, int]]


def entrance(wrong: bool) -> str:
    """The page with the password box."""
    said = (
        '<p class="bad" role="alert">口令不对。 <span class="en">Wrong password.</span></p>' if wrong else ""
    )
    return _page(
        "登录",
        '<main class="entrance"><div class="card"><h1>市级中转站 <span class="en">City hub</span></h1>'
        f'<p class="soft">操作员登录 · Operator</p>{said}'
        '<form method="post" action="/operator/login" autocomplete="off">'
        '<input name="username" value="operator" autocomplete="username" readonly hidden>'
        '<label for="password">口令 <span class="en">Password</span></label>'
        '<input id="password" name="password" type="password" required autofocus maxlength="200"'
        ' autocomplete="current-password"><button>登录 Sign in</button></form></div></main>',
    )


def overview(seen: Overview) -> str:
    """The page with everything."""
    return _page(
        "市级中转站",
        '<header><div><h1>市级中转站 <span class="en">City hub</span></h1>'
        f"{_health(seen.health)}<small>{_time(seen.now)}（中转站时钟 · hub clock）</small>"
        '<form method="post" action="/operator/logout"><button>退出 Sign out</button></form></div></header>'
        f"<main>{_cards(seen)}{_devices(seen)}{_refused(seen.refusals)}{_identity(seen)}</main>",
    )


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/operator/style.css"></head>'
        f"<body>{body}</body></html>"
    )


def _health(health: dict[str, str]) -> str:
    names = {"database": "数据库", "store": "存储"}
    bad = [names[part] for part, state in health.items() if state != "ok"]
    if bad:
        return f'<span class="bad" role="alert">故障 Failed: {escape("、".join(bad))}</span>'
    return '<span class="good">运行正常 <span class="en">All well</span></span>'


def _cards(seen: Overview) -> str:
    totals, online = seen.totals, sum(_since(row, seen.now) < _DAY_MS for row in seen.devices)
    cards = (
        ("电脑 Devices", f"{len(seen.devices)}", f"24小时内来过 {online} 台 · {online} seen within a day"),
        ("等待取走 Waiting", f"{totals.waiting}", "份，按收件电脑计 · one for each recipient"),
        ("存储 Storage", _size(totals.bytes), f"{totals.bundles} 个数据包 · bundles held"),
        ("正在上传 Arriving", f"{totals.uploads}", f"已到 {_size(totals.upload_bytes)} · arrived"),
    )
    return '<div class="cards">' + "".join(map(_card, cards)) + "</div>"


def _card(card: tuple[str, str, str]) -> str:
    title, figure, note = map(escape, card)
    return f'<div class="card"><span class="soft">{title}</span><b>{figure}</b><small>{note}</small></div>'


def _devices(seen: Overview) -> str:
    head = (
        "<thead><tr><th>电脑 Device</th><th>最近来过 Last seen</th>"
        '<th class="number">等它取 Waiting</th><th class="number">大小 Size</th><th>最早一份 Oldest</th>'
        '<th class="number">它发来占用 Sent, held</th></tr></thead>'
    )
    title = '<h2>单位与电脑 <span class="en">Offices and devices</span></h2>'
    if not seen.devices:
        return (
            f'{title}<p class="card soft">还没有电脑：电脑第一次同步时会带来市局的授权声明。<br>'
            '<span class="en">No devices yet: the first desk that connects brings the statements.</span></p>'
        )
    groups = groupby(seen.devices, key=lambda row: row.office)
    body = "".join(_office(office, list(rows), seen.now) for office, rows in groups)
    note = '<p class="soft">时间为北京时间。 · Times are UTC+8.</p>'
    return f'{title}<div class="scroll"><table>{head}{body}</table></div>{note}'


def _office(office: str, rows: list[DeviceRow], now: int) -> str:
    name = f"<code>{escape(office)}</code>" if office else "尚无授权声明 · not granted here yet"
    lines = "".join(_device(row, now) for row in rows)
    return f'<tbody><tr><th colspan="6" scope="rowgroup">{name}</th></tr>{lines}</tbody>'


def _device(row: DeviceRow, now: int) -> str:
    cut = ' <span class="bad">已切断 cut</span>' if row.cut else ""
    waiting, oldest = f"{row.waiting}" if row.waiting else _NOTHING, _NOTHING
    if row.oldest is not None:
        oldest = _moment(row.oldest, now)
    return (
        f'<tr><td><code title="{escape(row.device)}">{escape(row.device[:8])}</code>{cut}</td>'
        f'<td>{_seen(row, now)}</td><td class="number">{waiting}</td>'
        f'<td class="number">{_size(row.waiting_bytes) if row.waiting else ""}</td><td>{oldest}</td>'
        f'<td class="number">{_size(row.sent_bytes) if row.sent_bytes else _NOTHING}</td></tr>'
    )


def _seen(row: DeviceRow, now: int) -> str:
    if row.seen_at is None:
        return '<span class="soft">从未 never</span>'
    return _moment(row.seen_at, now)


def _moment(at: int, now: int) -> str:
    """A time; one that is more than a week ago says so in words and colour."""
    days = (now - at) // _DAY_MS
    if days < 7:
        return _time(at)
    return f'<span class="warn">{_time(at)} · {days}天前 <span class="en">{days} days</span></span>'


def _since(row: DeviceRow, now: int) -> float:
    return float("inf") if row.seen_at is None else now - row.seen_at


def _refused(rows: Iterable[tuple[str, str, int]]) -> str:
    title = '<h2>被拒绝的请求 <span class="en">Refused requests, by day (UTC)</span></h2>'
    lines = "".join(
        f"<tr><td>{escape(day)}</td><td>{escape(message(code, 'zh'))}<br>"
        f'<span class="en">{escape(message(code, "en"))} <code>{escape(code)}</code></span></td>'
        f'<td class="number">{count}</td></tr>'
        for day, code, count in rows
    )
    if not lines:
        return f'{title}<p class="card soft">没有。 · None.</p>'
    head = '<thead><tr><th>日期 Day</th><th>原因 Reason</th><th class="number">次数 Count</th></tr></thead>'
    return f'{title}<div class="scroll"><table>{head}<tbody>{lines}</tbody></table></div>'


def _identity(seen: Overview) -> str:
    return (
        '<h2>本站 <span class="en">This hub</span></h2><div class="card">'
        f'<p>证书指纹 <span class="en">Certificate, SHA-256</span><br>'
        f'<code class="fingerprint">{escape(seen.fingerprint) or "—"}</code></p>'
        '<p>网络 <span class="en">Network</span><br>'
        f'<code class="fingerprint">{escape(seen.network)}</code></p>'
        f'<p class="soft">未取走的数据包最多保存 {seen.keep_days} 天；本站不能读取数据包内容。 · Bundles not '
        f"fetched are kept {seen.keep_days} days; this hub cannot read a bundle.</p></div>"
    )


def _time(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(_CHINA):%Y-%m-%d %H:%M}"


def _size(size: int) -> str:
    figure, unit = float(size), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if figure < 1000:
            break
        figure, unit = figure / 1000, larger
    return f"{figure:.0f} {unit}" if unit == "B" else f"{figure:.1f} {unit}"
