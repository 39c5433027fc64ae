"""The style sheet of the operator's pages: light and dark, no font or picture from elsewhere."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d9dee5; --paper: #f5f7f9;
  --card: #ffffff; --accent: #1f5fae; --warn: #a24b00; --bad: #b01e2e; --good: #1c6e3d; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #a3adba; --line: #38414d;
  --paper: #14181d; --card: #1d2329; --accent: #7db2f2; --warn: #f0a860; --bad: #ff8d96; --good: #7fd0a0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.5; font-size: 15px;
  font-family: "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif; }
header { background: var(--card); border-bottom: 1px solid var(--line); }
header div, main { max-width: 76rem; margin: 0 auto; padding: 0.9rem 1.5rem; }
header div { display: flex; align-items: baseline; gap: 1rem; }
h1 { font-size: 1.25rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 2rem 0 0.6rem; }
small, .en, .soft { color: var(--soft); font-size: 0.85rem; font-weight: normal; }
header form { margin-left: auto; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr));
  gap: 0.9rem; margin-top: 1.2rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 0.8rem 1rem; }
.card b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.5rem 1rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
tbody:last-child tr:last-child td { border-bottom: 0; }
thead th { font-size: 0.85rem; color: var(--soft); font-weight: normal; }
tbody th { background: var(--paper); font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
code { font-family: ui-monospace, "DejaVu Sans Mono", Consolas, monospace; font-size: 0.88rem; }
.warn, .warn .en { color: var(--warn); } .bad { color: var(--bad); } .good { color: var(--good); }
.fingerprint { overflow-wrap: anywhere; white-space: normal; }
.entrance { max-width: 24rem; margin: 12vh auto; }
label { display: block; margin-bottom: 0.3rem; }
input { width: 100%; padding: 0.55rem 0.7rem; font: inherit; color: inherit; background: var(--paper);
  border: 1px solid var(--line); border-radius: 6px; }
button { font: inherit; padding: 0.45rem 1.1rem; border-radius: 6px; border: 1px solid var(--accent);
  background: var(--card); color: var(--accent); cursor: pointer; }
.entrance button { margin-top: 1rem; width: 100%; background: var(--accent); color: var(--card); }
input:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
"""
