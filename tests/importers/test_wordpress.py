"""WordPress exports: what is published comes in, all else is named, and no XML does harm."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.importers import ImportProblem, Parsed, UnreadableArticle, find, wordpress
from app.rules.markup import blocks, render
from tests.importers.conftest import shared

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Quay</title><link>https://quay.example</link><language>en-SG</language>
<wp:wxr_version>1.2</wp:wxr_version>
<wp:base_blog_url>https://quay.example/blog</wp:base_blog_url>
<wp:author><wp:author_login>noor</wp:author_login>
<wp:author_display_name><![CDATA[Noor Salleh]]></wp:author_display_name></wp:author>
"""
TAIL = "</channel></rss>\n"
ITEM = """<item><title>{title}</title><pubDate>Tue, 10 Mar 2015 04:00:00 +0000</pubDate>
<dc:creator>{creator}</dc:creator>
<content:encoded><![CDATA[{content}]]></content:encoded>
<excerpt:encoded><![CDATA[{excerpt}]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_date>2015-03-10 12:00:00</wp:post_date>
<wp:post_date_gmt>{gmt}</wp:post_date_gmt><wp:post_name>{name}</wp:post_name>
<wp:status>{status}</wp:status><wp:post_parent>0</wp:post_parent>
<wp:post_type>{kind}</wp:post_type><wp:post_password>{password}</wp:post_password>
{more}</item>
"""
PICTURE = """<wp:attachment_url>https://quay.example/quay.jpg</wp:attachment_url>
<wp:postmeta><wp:meta_key>_wp_attachment_image_alt</wp:meta_key>
<wp:meta_value>A quay</wp:meta_value></wp:postmeta>"""


def item(**fields: object) -> str:
    usual = {
        "title": "The harbour",
        "creator": "noor",
        "content": "It opened in 1964.",
        "excerpt": "",
        "number": 7,
        "gmt": "2015-03-10 04:00:00",
        "name": "the-harbour",
        "status": "publish",
        "kind": "post",
        "password": "",
        "more": "",
    }
    return ITEM.format(**usual | fields)


def read(folder: Path, *items: str) -> list[Parsed | ImportProblem]:
    path = folder / "export.xml"
    path.write_text(HEAD + "".join(items) + TAIL, encoding="utf-8")
    return list(wordpress.read(path).articles())


def post(folder: Path, *others: str, **fields: object) -> Parsed:
    found = read(folder, item(**fields), *others)
    assert isinstance(found[0], Parsed), found[0]
    return found[0]


def refusal(folder: Path, source: bytes) -> str:
    path = folder / "export.xml"
    path.write_bytes(source)
    with pytest.raises(UnreadableArticle) as error:
        wordpress.read(path)
    return str(error.value)


def test_a_published_post_is_an_article(tmp_path: Path) -> None:
    more = (
        '<category domain="category" nicename="uncategorized">Uncategorized</category>'
        '<category domain="category" nicename="ports"><![CDATA[Ports &amp; ships]]></category>'
        '<category domain="category" nicename="asia">Asia</category>'
        '<category domain="post_tag" nicename="sea">sea</category>'
        '<category domain="post_format" nicename="post-format-aside">Aside</category>'
    )

    parsed = post(
        tmp_path, title="The &lt;em&gt;harbour&lt;/em&gt;", excerpt="<b>Old</b>", more=more
    )

    draft, text = parsed.draft, parsed.draft.text
    assert (draft.slug, draft.published_at) == ("the-harbour", datetime(2015, 3, 10, 4, tzinfo=UTC))
    assert (text.headline, text.standfirst, text.body) == (
        "The harbour",
        "Old",
        "It opened in 1964.",
    )
    assert (text.byline, text.section, text.tags) == (
        ("Noor Salleh",),
        "Ports & ships",
        ("Asia", "sea"),
    )
    assert text.language == "en-SG"
    assert (parsed.names_itself, parsed.origin) == (True, "https://quay.example/blog?p=7")
    assert parsed.remarks == ()


def test_the_featured_picture_comes_by_its_address(tmp_path: Path) -> None:
    more = (
        "<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key>"
        "<wp:meta_value>9</wp:meta_value></wp:postmeta>"
    )
    picture = item(
        number=9, kind="attachment", status="inherit", excerpt="The <i>quay</i>.", more=PICTURE
    )

    text = post(tmp_path, picture, more=more).draft.text

    assert text.image_url == "https://quay.example/quay.jpg"
    assert (text.image_alt, text.image_caption) == ("A quay", "The quay.")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "draft"}, "its status is “draft”"),
        ({"status": "private"}, "its status is “private”"),
        ({"status": "trash"}, "its status is “trash”"),
        ({"status": "future"}, "its status is “future”"),
        ({"password": "quay"}, "protected by a password"),
        ({"kind": "page"}, "This is a page (publish)"),
        ({"content": "  <p>&nbsp;</p> "}, "It has no text"),
    ],
)
def test_what_is_no_published_post_is_skipped_by_name(
    tmp_path: Path, fields: dict[str, str], said: str
) -> None:
    found = read(tmp_path, item(), item(title="The other", **fields))

    (problem,) = found[1:]
    assert isinstance(problem, ImportProblem)
    assert problem.severity == "skipped"
    assert problem.message.startswith("“The other”: ")
    assert said in problem.message
    assert problem.line == HEAD.count("\n") + item().count("\n") + 1


def test_what_was_never_an_article_is_counted_by_kind_and_status(tmp_path: Path) -> None:
    menus = [item(number=n, kind="nav_menu_item") for n in (20, 21)]

    found = read(tmp_path, *menus, item(number=9, kind="attachment", status="inherit"))

    assert [(each.number, each.severity) for each in found if isinstance(each, ImportProblem)] == [
        (1, "skipped"),
        (2, "skipped"),
    ]
    assert "2 of the kind “nav_menu_item” (publish)" in str(found[1])


def test_a_post_without_a_title_is_called_by_its_first_words(tmp_path: Path) -> None:
    parsed = post(tmp_path, title="", content="Ships wait. " * 20)

    assert parsed.draft.text.headline.startswith("Ships wait.")
    assert parsed.draft.text.headline.endswith("…")
    assert "has no title" in parsed.remarks[0].message


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"gmt": "0000-00-00 00:00:00"}, datetime(2015, 3, 10, 4, tzinfo=UTC)),
        ({"gmt": "yesterday"}, datetime(2015, 3, 10, 4, tzinfo=UTC)),
    ],
)
def test_without_a_time_in_utc_the_feeds_counts(
    tmp_path: Path, fields: dict[str, str], at: datetime
) -> None:
    assert post(tmp_path, **fields).draft.published_at == at


def test_an_author_who_is_not_in_the_export_is_named_as_signed_in(tmp_path: Path) -> None:
    parsed = post(tmp_path, creator="tan-wei")

    assert parsed.draft.text.byline == ("Tan Wei",)
    assert "is not in the export" in parsed.remarks[0].message


def test_a_remark_names_the_post_and_the_line(tmp_path: Path) -> None:
    parsed = post(tmp_path, content="One.\n\n[gallery]\n\nTwo.")

    (remark,) = parsed.remarks
    assert remark.message.startswith("“The harbour”: A gallery")
    assert remark.line == HEAD.count("\n") + 5


def test_an_export_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    for name in ("export.xml", "export.txt", "export.bak"):
        (tmp_path / name).write_text(HEAD + item() + TAIL)
    (tmp_path / "feed.xml").write_text("<rss><channel/></rss>")

    named = list(find([tmp_path / "export.bak"]))
    below = [path.name for path in find([tmp_path]) if isinstance(path, Path)]

    assert named == [tmp_path / "export.bak"]
    assert below == ["export.txt", "export.xml"]


BOMB = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">
<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;">]><rss>&f;</rss>"""


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"", "broken"),
        (b"no XML at all", "broken"),
        (b"\x00\xff\xfe\x01", "broken"),
        (BOMB.encode(), "document type"),
        (b'<!DOCTYPE rss SYSTEM "http://quay.example/x.dtd"><rss/>', "document type"),
        (b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss>&x;</rss>', "document"),
        (b"<html><body/></html>", "begins with “html”"),
        (b"<rss><channel><title>A feed</title></channel></rss>", "names no version"),
        (HEAD.encode() + item().encode()[:200], "broken"),
        ((HEAD + item(title="Caf\xe9") + TAIL).encode("latin-1"), "broken"),
        (HEAD.replace("UTF-8", "x-unheard-of").encode() + TAIL.encode(), "broken"),
        ((HEAD + item(content="A\x0bB") + TAIL).encode(), "broken"),
        ((HEAD + "<a>" * 2000 + TAIL).encode(), "broken"),
    ],
)
def test_what_is_no_sound_export_is_refused_before_anything_of_it_comes_in(
    tmp_path: Path, source: bytes, said: str
) -> None:
    started = time.monotonic()

    message = refusal(tmp_path, source)

    assert said in message
    assert str(tmp_path / "export.xml") in message
    assert time.monotonic() - started < 5


def test_the_line_of_what_is_broken_is_named(tmp_path: Path) -> None:
    message = refusal(tmp_path, (HEAD + "<item><title>A & B</title></item>" + TAIL).encode())

    assert f"export.xml:{HEAD.count(chr(10)) + 1}: " in message


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableArticle, match="cannot be opened"):
        wordpress.read(tmp_path / "gone.xml")


@pytest.fixture(scope="module")
def real() -> list[Parsed | ImportProblem]:
    """All that the real export holds."""
    return list(wordpress.read(shared("wordpress", "themeunittestdata.wordpress.xml")).articles())


def test_every_published_post_of_the_real_export_comes_in(
    real: list[Parsed | ImportProblem],
) -> None:
    parsed = [each for each in real if isinstance(each, Parsed)]

    source = shared("wordpress", "themeunittestdata.wordpress.xml").read_text("utf-8")
    posts = len(re.findall(r"<wp:post_type>(?:<!\[CDATA\[)?post\b", source))
    assert len(parsed) == 54 == posts - 4  # scheduled, draft, with a password, without content
    for each in parsed:
        html = render(each.draft.text.body)
        assert "<img" in html or any(block.text for block in blocks(html))
        assert each.draft.published_at is not None


def test_every_item_of_the_real_export_is_accounted_for(real: list[Parsed | ImportProblem]) -> None:
    source = shared("wordpress", "themeunittestdata.wordpress.xml").read_text("utf-8")

    accounted = sum(each.number if isinstance(each, ImportProblem) else 1 for each in real)

    assert accounted == source.count("<item>") == 186


@pytest.mark.parametrize(
    "residue", ["<!-- wp:", "[caption", "[/caption", "class=", "style=", "\x00"]
)
def test_no_real_text_shows_what_only_wordpress_understands(
    real: list[Parsed | ImportProblem], residue: str
) -> None:
    for each in real:
        if isinstance(each, Parsed):
            outside_code = re.sub(
                r"```.*?```|<pre>.*?</pre>|`[^`]*`", "", each.draft.text.body, flags=re.S
            )
            assert residue not in outside_code, each.draft.slug
