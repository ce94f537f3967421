"""Style sheets and scripts, joined when the application starts, at addresses that never change.

An address holds a hash of the content, so a browser may keep what it got for good, and a new
release is seen at once. Style sheets are joined and stripped. Scripts lose their comments and
their indentation, and stand under one common hash, so that ``import "./other.js"`` finds its
neighbour.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, abort, current_app, request, url_for

from app.web.access import public

if TYPE_CHECKING:
    from collections.abc import Mapping

BUNDLES: Mapping[str, tuple[str, ...]] = {
    "public.css": ("tokens", "base", "components", "public", "print"),
    "pages.css": ("parts", "pages"),
    "desk.css": ("tokens", "base", "components", "parts", "desk"),
    "charts.css": ("charts",),
}
"""What each bundle is joined from, in order: ``tokens`` names the layers and comes first.

``public`` is all that an article needs. ``pages`` comes after it on every other public page, and
``charts`` after the others on the few pages that have charts.
"""

_A_YEAR = 31_536_000  # in seconds

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# The atomic group keeps a comment from growing to the end of a later one on a second try.
_GAP = r"(?:\s|(?>/\*.*?\*/))"
_CSS = re.compile(
    rf"""
    (?P<kept> "(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*'   # strings
            | url\((?:\\.|[^"'()\\])*\)               # an address without quotation marks
            | \\(?:[0-9a-f]{{1,6}}\s?|.) )            # an escaped character
    | {_GAP}* ; (?:{_GAP}|;)* (?P<end> \}} ) {_GAP}*
    | {_GAP}* (?P<alone> [{{}};,>] ) {_GAP}*
    | (?P<opening> [:(] ) {_GAP}*                     # a gap before a colon is a combinator
    | {_GAP}* (?P<closing> \) )                       # calc() wants the gap after a parenthesis
    | (?P<gap> {_GAP}+ )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)

# A comment is known by its place, so that nothing in a string is taken for one: it begins its
# line, or it is a JSDoc type. Lines stay lines, for a statement may end without a semicolon.
_JS_COMMENT = re.compile(
    r"^[ \t]*(?://[^\n]*|/\*.*?\*/)|/\*\* @[^\n]*?\*/ ?", re.MULTILINE | re.DOTALL
)
_JS_GAP = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it goes over the wire, plain and packed."""

    mimetype: str
    body: bytes
    packed: bytes


@dataclass(frozen=True, slots=True)
class Shelf:
    """Every asset by its address, and the address of every name."""

    assets: dict[str, Asset] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, address: str, mimetype: str, body: bytes) -> None:
        """Put an asset on the shelf."""
        self.assets[address] = Asset(mimetype, body, gzip.compress(body, 9, mtime=0))
        self.addresses[name] = address


bp = Blueprint("assets", __name__)


def init_app(app: Flask) -> None:
    """Join the assets, serve them, and let templates ask for their addresses."""
    app.extensions["assets"] = _filled(Path(app.static_folder or "static"))
    app.register_blueprint(bp)
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """Return the address of an asset, such as ``public.css``; raise ``KeyError`` for no asset."""
    return url_for("assets.serve", address=_shelf().addresses[name])


@bp.get("/assets/<path:address>")
@public
def serve(address: str) -> Response:
    """Send an asset, packed if the browser can unpack it."""
    found = _shelf().assets.get(address)
    if found is None:
        abort(404)
    response = Response(found.body, mimetype=found.mimetype)
    response.set_etag(address)
    if request.accept_encodings["gzip"] > 0:
        response.set_data(found.packed)
        response.content_encoding = "gzip"
        response.set_etag(f"{address}.gz")
    response.vary.add("Accept-Encoding")
    response.cache_control.public = True
    response.cache_control.max_age = _A_YEAR
    response.cache_control.immutable = True
    response.make_conditional(request)
    return response


def strip_css(source: str) -> str:
    """Return a style sheet without comments and without white space that says nothing."""
    return _CSS.sub(_shortened, source).strip()


def strip_js(source: str) -> str:
    """Return a module without comments, indentation and empty lines."""
    return _JS_GAP.sub("\n", _JS_COMMENT.sub("", source)).strip() + "\n"


def _shortened(part: re.Match[str]) -> str:
    if part["gap"]:
        # Two tokens with only a comment between them stay apart, and yet are not spaced.
        return " " if _COMMENT.sub("", part["gap"]) else "/**/"
    return part[part.lastgroup or 0]


def _filled(static: Path) -> Shelf:
    shelf = Shelf()
    for name, sheets in BUNDLES.items():
        joined = "\n".join((static / "css" / f"{sheet}.css").read_text("utf-8") for sheet in sheets)
        body = strip_css(joined).encode()
        shelf.add(name, f"{name.removesuffix('.css')}.{_hash(body)}.css", "text/css", body)
    modules = {
        path.name: strip_js(path.read_text("utf-8")).encode()
        for path in sorted((static / "js").glob("*.js"))
    }
    icon = (static / "favicon.svg").read_bytes()
    shelf.add("favicon.svg", f"favicon.{_hash(icon)}.svg", "image/svg+xml", icon)
    common = _hash(b"".join(modules.values()))
    for name, body in modules.items():
        shelf.add(name, f"{common}/{name}", "text/javascript", body)
    return shelf


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _shelf() -> Shelf:
    shelf: Shelf = current_app.extensions["assets"]
    return shelf
