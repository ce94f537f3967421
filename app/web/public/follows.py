"""Following an article: to hear by mail when it is corrected, and to stop with one click."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.clock import now
from app.delivery import files
from app.extensions import csrf
from app.queries import articles
from app.queries import follows as follow_queries
from app.rules.errors import NotFound, TooMany
from app.services import follows
from app.web.access import personal
from app.web.forms.follow import FollowForm
from app.web.public import public_pages
from app.web.senders import sender

PER_VISITOR = "20 per 15 minutes"


@public_pages.route("/articles/<slug>/follow", methods=["GET", "POST"])
@personal
def follow(slug: str) -> ResponseReturnValue:
    """Take an address that wants to hear of an article's corrections."""
    page = articles.page(slug)
    form = FollowForm()
    if not form.validate_on_submit():
        return _form_page(page, form, 422 if form.errors else 200)
    limits = [(PER_VISITOR, "follow", sender())]
    try:
        follows.ask(page.article.id, form.email.data or "", at=now(), limits=limits)
    except TooMany as error:
        form.email.errors = [error.message]
        return _form_page(page, form, error.status)
    return redirect(url_for("public.follow_asked", slug=slug), 303)


def _form_page(page: articles.ArticlePage, form: FollowForm, status: int) -> ResponseReturnValue:
    return render_template("public/follow.html", page=page, form=form), status


@public_pages.get("/articles/<slug>/follow/asked")
@personal
def follow_asked(slug: str) -> ResponseReturnValue:
    """Say that a mail is on its way; the same to everybody, whatever the address."""
    return render_template("public/follow_asked.html", page=articles.page(slug))


@public_pages.route("/follow/<number:number>/<token>", methods=["GET", "POST"])
@personal
def confirm_follow(number: int, token: str) -> ResponseReturnValue:
    """Confirm by a button: programs that open the links in mails press none."""
    if request.method == "POST":
        follows.confirm(number, token, at=now())
        return redirect(url_for("public.confirm_follow", number=number, token=token), 303)
    found = follow_queries.with_token(number, token)
    return render_template("public/follow_confirm.html", found=found, token=token)


@public_pages.route("/follow/<number:number>/<token>/stop", methods=["GET", "POST"])
@csrf.exempt  # mail programs send it by themselves, with nothing but the address (RFC 8058)
@personal
def stop_follow(number: int, token: str) -> ResponseReturnValue:
    """Stop following, by a button here or by that of a mail program."""
    if request.method == "POST":
        files.remove(follows.stop(number, token))
        return render_template("public/follow_stopped.html")
    try:
        found = follow_queries.with_token(number, token)
    except NotFound:
        return render_template("public/follow_stopped.html")
    return render_template("public/follow_stop.html", found=found, token=token)
