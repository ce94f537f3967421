"""The pages of a crowd's publication: one address or more for each page of the site.

A test takes them for its list, and fails when a page of the site is missing here.
"""

from __future__ import annotations

from app.rules.references import case_reference
from bench.crowd_cases import Crowd
from bench.crowd_rows import report_token

QUEUE = (
    "view=open",
    "view=unclaimed",
    "view=mine",
    "view=waiting",
    "view=overdue",
    "view=appeals",
    "view=agreed",
    "view=typos",
    "view=quarantine",
    "view=decided",
    "kind=factual",
    "section=Ports",
    "age=older",
    "article=article-1",
    "q=archive",
    "q=customs+house",
    "q=no+such+words",
    "view=overdue&section=Ports&kind=quote&q=archive",
)
"""Every view of the queue, every filter, and searches that find much, little and nothing."""


def desk_pages(crowd: Crowd) -> dict[str, list[str]]:
    """Return the addresses of the desk's pages by their endpoints."""
    return {
        "desk.queue": ["/desk", *(f"/desk?{query}" for query in QUEUE)],
        "desk.queue_version": ["/desk/queue/version"],
        "desk.tokens": ["/desk/account/tokens"],
        "desk.case": [f"/desk/cases/{case_reference(number)}" for number in crowd.famous],
        "desk.case_reports": [f"/desk/cases/{case_reference(1)}/reports"],
        "desk.articles": ["/desk/articles", "/desk/articles?q=part"],
        "desk.edit_article": ["/desk/articles/article-1/edit"],
        "desk.letters": ["/desk/letters"],
        "desk.figures": [f"/desk/figures?weeks={weeks}" for weeks in (4, 12, 52)],
        "desk.figures_csv": ["/desk/figures.csv?weeks=52"],
        "desk.account": ["/desk/account"],
        "desk.second_factor": ["/desk/account/second-factor"],
        "desk.staff": ["/desk/staff"],
        "desk.member": ["/desk/staff/2"],
        "desk.audit": ["/desk/audit"],
        "desk.explanations": ["/desk/explanations"],
        "desk.explanation": ["/desk/explanations/1"],
        "desk.redactions": ["/desk/redactions"],
    }


def public_pages(crowd: Crowd) -> dict[str, list[str]]:
    """Return the addresses of readers' pages by their endpoints."""
    article = "/articles/article-1"
    token = report_token(crowd.reports)
    return {
        "public.front": ["/"],
        "public.article": [article, f"/articles/article-{crowd.articles}"],
        "public.article_corrections": [f"{article}/corrections"],
        "public.versions": [f"{article}/versions"],
        "public.version": [f"{article}/versions/1"],
        "public.compare": [f"{article}/compare/1..2"],
        "public.report": [f"{article}/report"],
        "public.report_status": [f"/reports/{token}"],
        "public.receipt": [f"/reports/{token}/receipt"],
        "public.corrections": ["/corrections", "/corrections?kind=correction&section=Ports"],
        "public.correction": ["/corrections/1"],
        "public.policy": ["/corrections/policy"],
        "public.about_log": ["/log"],
        "public.statistics": [f"/corrections/statistics?weeks={weeks}" for weeks in (4, 12, 52)],
        "public.statistics_csv": ["/corrections/statistics.csv"],
        "public.statistics_json": ["/corrections/statistics.json"],
        "public.search": ["/search", "/search?q=harbour"],
        "public.timemap": [f"{article}/timemap"],
        "public.sitemap": ["/sitemap.xml"],
        "public.sitemap_pages": ["/sitemap-pages.xml"],
        "public.sitemap_news": ["/sitemap-news.xml"],
        "public.sitemap_articles": ["/sitemap-articles-1.xml"],
        "public.sitemap_corrections": ["/sitemap-corrections-1.xml"],
    }
