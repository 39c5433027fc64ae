"""The program's commands as one tree; modules beside this one hang theirs on it."""

from __future__ import annotations

import typer

from desktop.cli.common import say

app = typer.Typer(
    name="liandong", no_args_is_help=False, add_completion=False, pretty_exceptions_enable=False,
    help=say("联动：打击传销案件管理", "Liandong: case management against pyramid selling"),
)  # fmt: skip
officer_app = typer.Typer(help=say("增加或移除可打开案件库的人员", "Who may open the case file"))
form_app = typer.Typer(help=say("打印文书", "Printed forms"))
city_app = typer.Typer(help=say("市级根密钥", "The city's root"))
enrol_app = typer.Typer(help=say("电脑入网", "Enrolment by file"))
hub_app = typer.Typer(help=say("市级中转站", "The city's hub"))
app.add_typer(officer_app, name="officer")
app.add_typer(form_app, name="form")
app.add_typer(city_app, name="city")
app.add_typer(enrol_app, name="enrol")
app.add_typer(hub_app, name="hub")
