"""Pages as tests read them: opened, always checked, filled in and sent like a person would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse


class Page:
    """A page that was opened; making one checks what has to hold for every page."""

    def __init__(self, browser: Browser, response: TestResponse, url: str) -> None:
        self.browser = browser
        self.response = response
        self.url = url
        self.status = response.status_code
        self.html = lxml.html.fromstring(response.get_data(as_text=True))
        self._check()

    def _check(self) -> None:
        """Check the page: one h1, a title that begins with it, unique ids, labelled fields."""
        headings = self.html.xpath("//h1")
        assert len(headings) == 1, f"{self.url}: {len(headings)} h1"
        title = squeezed(self.html.findtext(".//title") or "")
        heading = squeezed(headings[0].text_content())
        assert title.startswith(heading), f"{self.url}: title {title!r}, h1 {heading!r}"
        ids: Counter[str] = Counter(self.html.xpath("//@id"))
        assert not [name for name, n in ids.items() if n > 1], f"{self.url}: ids occur twice"
        for field in self.html.xpath("//input|//select|//textarea"):
            assert field.get("type") in ("hidden", "submit") or self._label(field), (
                f"{self.url}: {field.get('name')} has no label"
            )
        for reference in self.html.xpath("//@aria-labelledby|//@aria-describedby"):
            assert all(name in ids for name in reference.split()), f"{self.url}: {reference}"
        inline = self.html.xpath("//@style|//style|//script[not(@src) and not(@type)]|//@onclick")
        assert not inline, f"{self.url}: inline style or script"

    def _label(self, field: Any) -> str:
        labels = self.html.xpath("//label[@for=$id]", id=field.get("id") or "-")
        around = next(field.iterancestors("label"), None)
        element = labels[0] if labels else around
        return squeezed(element.text_content()) if element is not None else ""

    @property
    def text(self) -> str:
        """Return what the page's main part says."""
        main = self.html.xpath("//main")
        return squeezed((main[0] if main else self.html).text_content())

    @property
    def heading(self) -> str:
        """Return the page's h1."""
        return squeezed(self.html.xpath("//h1")[0].text_content())

    def links(self) -> list[str]:
        """Return the addresses on this site that the page links to."""
        found = (urljoin(self.url, href) for href in self.html.xpath("//a/@href"))
        return [link for link in found if urlsplit(link).netloc in ("", "localhost")]

    def follow(self, name: str) -> Page:
        """Follow the first link of this name."""
        for link in self.html.xpath("//a[@href]"):
            label = link.get("aria-label") or link.text_content()
            if squeezed(label) == name:
                return self.browser.open(urljoin(self.url, link.get("href")))
        raise AssertionError(f"{self.url}: no link {name!r}")

    def has_button(self, name: str) -> bool:
        """Say whether there is a button of this name."""
        return bool(self._buttons(name))

    def _buttons(self, name: str) -> list[Any]:
        return [b for b in self.html.xpath("//button") if squeezed(b.text_content()) == name]

    def press(self, button: str, **fields: str) -> Page:
        """Fill in the fields of a button's form by their names, press it, and go where it leads."""
        pressed = self._buttons(button)
        assert pressed, f"{self.url}: no button {button!r}"
        form = next(pressed[0].iterancestors("form"))
        values = MultiDict(form.form_values())
        unknown = set(fields) - {field.get("name") for field in form.xpath(".//*[@name]")}
        assert not unknown, f"{self.url}: the form of {button!r} has no {unknown}"
        for name, value in fields.items():
            values[name] = value
        if pressed[0].get("name"):
            values.add(pressed[0].get("name"), pressed[0].get("value") or "")
        target = urljoin(self.url, form.get("action") or self.url)
        if (form.get("method") or "get").lower() == "get":
            return self.browser.open(target, query_string=values)
        return self.browser.send(target, values)


class Browser:
    """A browser without JavaScript, for one person."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def open(self, url: str, **options: Any) -> Page:
        """Open a page, wherever redirects lead."""
        return self._page(self.client.get(url, follow_redirects=True, **options))

    def fetch(self, url: str) -> TestResponse:
        """Get whatever stands at an address, a page or not, to its end."""
        return self.client.get(url, follow_redirects=True, buffered=True)

    def page_of(self, response: TestResponse) -> Page | None:
        """Return the page that was answered, if it is one: not a feed, a file or a picture."""
        return self._page(response) if response.mimetype == "text/html" else None

    def send(self, url: str, values: Mapping[str, str]) -> Page:
        """Send a form and go where it leads."""
        return self._page(self.client.post(url, data=values, follow_redirects=True))

    def _page(self, response: TestResponse) -> Page:
        return Page(self, response, response.request.full_path.rstrip("?"))

    def sign_in(self, email: str, password: str) -> Page:
        """Sign in at the desk."""
        return self.open("/desk/login").press("Sign in", email=email, password=password)


def squeezed(text: str) -> str:
    """Return text with each run of white space as one space."""
    return " ".join(text.split())
