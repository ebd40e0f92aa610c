"""The command line: one file for each command, put together here."""

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

import typer

from chengjian.cli.accounts import accounts_app
from chengjian.cli.audit import audit
from chengjian.cli.classify import classify
from chengjian.cli.complaints_steps import complaints_app
from chengjian.cli.crawl import crawl
from chengjian.cli.demo import demo
from chengjian.cli.duties import duties_app
from chengjian.cli.evidence import evidence_app
from chengjian.cli.filing_decisions import filing_app
from chengjian.cli.findings_desk import findings_app
from chengjian.cli.manners import USAGE, complain, lines_of, wording
from chengjian.cli.news_events import news_app
from chengjian.cli.night import night_app
from chengjian.cli.read import read
from chengjian.cli.registry import registry_app
from chengjian.cli.rejudge import rejudge
from chengjian.cli.round import round_app
from chengjian.cli.scheme import scheme_app
from chengjian.cli.score import score
from chengjian.cli.serve import serve
from chengjian.cli.status import status
from chengjian.cli.train import train
from chengjian.cli.verify import verify
from chengjian.settings import program_version, read_settings

INTERRUPTED = 130

app = typer.Typer(
    name="chengjian",
    help="诚鉴：政务诚信监测评价。对政府网站做一次有据可查的巡查，并说明每一条判断的来由。",
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(audit)
app.command()(crawl)
app.command()(read)
app.command()(rejudge)
app.command()(classify)
app.command()(train)
app.command()(demo)
app.command()(score)
app.command()(serve)
app.command()(status)
app.command()(verify)
app.add_typer(scheme_app, name="scheme")
app.add_typer(filing_app, name="filing")
app.add_typer(findings_app, name="findings")
app.add_typer(duties_app, name="duties")
app.add_typer(registry_app, name="registry")
app.add_typer(news_app, name="news")
app.add_typer(round_app, name="round")
app.add_typer(night_app, name="night")
app.add_typer(evidence_app, name="evidence")
app.add_typer(accounts_app, name="accounts")
app.add_typer(complaints_app, name="complaints")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"chengjian {program_version()}")
        raise typer.Exit


@app.callback()
def root(
    show_version: bool = typer.Option(
        False, "--version", help="显示版本号后退出。", callback=_show_version, is_eager=True
    ),
) -> None:
    """诚鉴：政务诚信监测评价。"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status (``docs/contracts.md`` §1, §4)."""
    try:
        status = app(list(sys.argv[1:] if arguments is None else arguments), standalone_mode=False)
    except typer.TyperException as error:
        complain(f"{wording(error)}。用 chengjian --help 查看用法")
        return USAGE
    except (KeyboardInterrupt, typer.Abort):
        complain("已中断")
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output went away: nobody is left to tell
        sys.stderr.close()
        return 1
    except Exception as error:
        if lines := lines_of(error):
            for line in lines:
                complain(line)
            return USAGE
        # A fault of ours: the user gets a line, we get the details.
        complain(f"程序内部错误（{type(error).__name__}），详情已写入 {_keep_details()}，请附上该文件报告给维护者")
        return USAGE
    return status if isinstance(status, int) else 0


def _keep_details() -> str:
    """Write the traceback of the current exception where it can be found, and say where."""
    folder = read_settings().home
    for place in (folder, Path(tempfile.gettempdir())):
        path = place / f"chengjian-error-{os.getpid()}.log"
        try:
            place.mkdir(parents=True, exist_ok=True)
            path.write_text(traceback.format_exc(), "utf-8")
        except OSError:
            continue
        return str(path)
    return "（未能写入文件）"
