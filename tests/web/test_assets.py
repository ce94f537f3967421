"""Style sheets and scripts reach the browser once, small, and at an address of their own."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from app.web import assets

if TYPE_CHECKING:
    from flask.testing import FlaskClient

STATIC = Path(__file__).parents[2] / "static"


def serving(static: Path) -> Flask:
    app = Flask(__name__, static_folder=str(static))
    assets.init_app(app)
    return app


def address(app: Flask, name: str) -> str:
    with app.test_request_context():
        return assets.asset(name)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A static folder of short sheets, two modules and an icon."""
    (tmp_path / "css").mkdir()
    (tmp_path / "js").mkdir()
    for sheet in {sheet for sheets in assets.BUNDLES.values() for sheet in sheets}:
        (tmp_path / "css" / f"{sheet}.css").write_text(f".{sheet} {{ color: red; }}\n", "utf-8")
    (tmp_path / "favicon.svg").write_text("<svg/>", "utf-8")
    (tmp_path / "js" / "one.js").write_text('import "./two.js";\n', "utf-8")
    (tmp_path / "js" / "two.js").write_text("export {};\n", "utf-8")
    return tmp_path


@pytest.fixture
def client(small: Path) -> FlaskClient:
    return serving(small).test_client()


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("a { color : red ; }\n\n b{ }", "a{color :red}b{}"),
        ("a { top: calc( 1px + (2px - 3px) ) ; ; }", "a{top:calc(1px + (2px - 3px))}"),
        ("a { margin: calc(1px) 2px }", "a{margin:calc(1px) 2px}"),
        (".a :hover, .b:not( .c ) > d {}", ".a :hover,.b:not(.c)>d{}"),
        ("/* one */ a { top: 0 } /* two */ { }", "a{top:0}{}"),
        ("a/**/.b {}", "a/**/.b{}"),
        ("a/* x */ /* y */.b {}", "a .b{}"),
        ('a { content: " ; /* } */ \\" { , "; }', 'a{content:" ; /* } */ \\" { , "}'),
        ("a { content: 'it\\'s ; x' }", "a{content:'it\\'s ; x'}"),
        ("a { background: url(data:x,/*;*/ ) }", "a{background:url(data:x,/*;*/ )}"),
        ('a { background: url( "b ; c" ) }', 'a{background:url("b ; c")}'),
        (".sm\\: a, .\\26 B {}", ".sm\\: a,.\\26 B{}"),
        ("@layer a, b;\n@media (width >= 48em) and (height < 2em) {\n@layer a { b { c: d } } }",
         "@layer a,b;@media (width>= 48em) and (height < 2em){@layer a{b{c:d}}}"),
        ("a { --empty: ; --list: 1px , 2px }", "a{--empty:;--list:1px,2px}"),
    ],
)  # fmt: skip
def test_stripping_takes_only_what_says_nothing(written: str, sent: str) -> None:
    assert assets.strip_css(written) == sent


def test_stripping_twice_changes_nothing_more() -> None:
    sheets = [path.read_text("utf-8") for path in (STATIC / "css").glob("*.css")]

    once = [assets.strip_css(sheet) for sheet in sheets]

    assert sheets
    assert [assets.strip_css(sheet) for sheet in once] == once


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("/** What it does.\n * @module */\n\nlet a = 1;\n", "let a = 1;\n"),
        ("  // Why.\n  call(a) // and why not\n", "call(a) // and why not\n"),
        ("if (a) {\n\n    b();\n  }", "if (a) {\nb();\n}\n"),
        ("f = (/** @type {Text} */ (a)).data", "f = ((a)).data\n"),
        ('a = "https://b/*c*/";\nd = /[/]*//2', 'a = "https://b/*c*/";\nd = /[/]*//2\n'),
    ],
)
def test_a_module_loses_its_comments_and_keeps_its_lines(written: str, sent: str) -> None:
    assert assets.strip_js(written) == sent


def test_a_bundle_is_joined_in_order_and_kept_for_good(client: FlaskClient) -> None:
    url = address(client.application, "public.css")

    response = client.get(url)

    assert re.fullmatch(r"/assets/public\.[0-9a-f]{12}\.css", url)
    assert response.text == "".join(
        f".{sheet}{{color:red}}" for sheet in ("tokens", "base", "components", "public", "print")
    )
    assert response.content_type == "text/css; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_browser_that_has_the_asset_is_told_so(client: FlaskClient) -> None:
    url = address(client.application, "desk.css")
    tag = client.get(url).headers["ETag"]

    response = client.get(url, headers={"If-None-Match": tag})

    assert response.status_code == 304
    assert response.data == b""


def test_an_asset_is_packed_for_those_who_can_unpack_it(client: FlaskClient) -> None:
    url = address(client.application, "public.css")
    plain = client.get(url, headers={"Accept-Encoding": "gzip;q=0"})

    packed = client.get(url, headers={"Accept-Encoding": "br, gzip"})

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert {packed.headers["Vary"], plain.headers["Vary"]} == {"Accept-Encoding"}


def test_a_changed_sheet_has_another_address(small: Path) -> None:
    before = address(serving(small), "public.css")
    (small / "css" / "print.css").write_text(".print { color: black }", "utf-8")

    changed = serving(small)

    assert address(changed, "public.css") != before
    assert changed.test_client().get(before).status_code == 404


def test_modules_are_neighbours_so_that_they_can_import_each_other(client: FlaskClient) -> None:
    one, two = (address(client.application, name) for name in ("one.js", "two.js"))

    response = client.get(one)

    assert one.rpartition("/")[0] == two.rpartition("/")[0]
    assert response.text == 'import "./two.js";\n'
    assert response.content_type == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("path", ["public.css", "public.000000000000.css", "../css/base.css"])
def test_any_other_address_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(f"/assets/{path}").status_code == 404


def test_a_template_cannot_ask_for_an_asset_that_does_not_exist(client: FlaskClient) -> None:
    with pytest.raises(KeyError, match=r"missing\.css"):
        address(client.application, "missing.css")


@pytest.mark.parametrize(
    ("name", "most"), [("public.css", 4_096), ("pages.css", 3_584), ("desk.css", 6_144)]
)
def test_the_real_style_sheets_stay_light(name: str, most: int) -> None:
    client = serving(STATIC).test_client()
    url = address(client.application, name)

    packed = client.get(url, headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) <= most


def test_what_an_article_loads_at_first_is_tiny_and_the_rest_small() -> None:
    client = serving(STATIC).test_client()
    names = ["article.js", "beside.js", "passage.js", "returning.js", "text.js"]
    urls = [address(client.application, name) for name in names]

    sizes = [len(client.get(url, headers={"Accept-Encoding": "gzip"}).data) for url in urls]

    assert sizes[0] <= 1_200
    assert sum(sizes) <= 4_096
