"""Citations that reference managers can read, whatever a headline holds."""

from __future__ import annotations

from app.rules.bibtex import bibtex


def test_an_entry_for_a_reference_manager() -> None:
    cited = bibtex(
        "correction-7", {"title": "Häfen: 10 Kräne", "year": "2026"}, "https://a.example/7"
    )

    assert cited == (
        "@misc{correction-7,\n"
        "  title = {{Häfen: 10 Kräne}},\n"
        "  year = {{2026}},\n"
        "  url = {https://a.example/7}\n"
        "}\n"
    )


def test_what_means_something_to_tex_is_escaped() -> None:
    cited = bibtex("k", {"title": "A & B_50% {x} \\input{y} #1 $2 ~ ^\nend"}, "https://a.example")

    assert (
        "title = {{A \\& B\\_50\\% \\{x\\} \\textbackslash{}input\\{y\\} \\#1 \\$2 "
        "\\textasciitilde{} \\textasciicircum{} end}}"
    ) in cited
