"""Word by word: the few runs that an editor would mark, and nothing lost between them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from app.rules.word_changes import Hunk, Run, hunks, landmarks, runs, words_of

TEXT = st.text(max_size=60)
WORDS = st.lists(
    st.sampled_from(
        "the a fox ran. slept, “well” 1,200 5/22 O’Brien e\u0301 हिन्दी 中文 \n -".split(" ")
    ),
    max_size=14,
).map(" ".join)


def marked(before: str, after: str) -> str:
    """Draw a difference as an editor would: [what went] and {what came}."""
    drawn, at = "", 0
    for i, j, k, m in hunks(before, after):
        went, came = before[i:j], after[k:m]
        drawn += before[at:i] + (f"[{went}]" if went else "") + (f"{{{came}}}" if came else "")
        at = j
    return drawn + before[at:]


def wordy(before: str, after: str, found: Sequence[Hunk]) -> int:
    """Count the marked words that have a letter or a digit."""
    marked = [text for i, j, k, m in found for text in (before[i:j], after[k:m])]
    return sum(any(map(str.isalnum, word)) for text in marked for word in words_of(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" \n\t ", []),
        ("Two words.", ["Two", "words", "."]),
        ("1,200 and 3.5 at 10:30", ["1,200", "and", "3.5", "at", "10:30"]),
        ("5/22, either/or", ["5/22", ",", "either", "/", "or"]),
        ("O’Brien isn't dogs’", ["O’Brien", "isn't", "dogs", "’"]),
        ("at 6 a.m. sharp", ["at", "6", "a.m", ".", "sharp"]),
        ("a@example.org", ["a@example.org"]),
        ("five-hour", ["five", "-", "hour"]),
        ("e\u0301te\u0301 été", ["e\u0301te\u0301", "été"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("中文，对", ["中", "文", "，", "对"]),
        ("ไทย", ["ไ", "ท", "ย"]),
        ("A中B", ["A", "中", "B"]),
        ("one,two", ["one", ",", "two"]),
    ],
)
def test_a_word_is_what_a_reader_takes_for_one(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@given(TEXT | WORDS)
@settings(deadline=None)
def test_words_are_all_that_is_not_white_space(text: str) -> None:
    assert "".join(words_of(text)) == "".join(text.split())


@pytest.mark.parametrize(
    "drawing",
    [
        "It opened in [1964]{1965}.",
        "It cost $[1,200]{1,300} then.",
        "The [lone ranger]{Lone Ranger} rode.",
        "We [visual ]designers draw.",
        "It has {twelve }berths.",
        "Berths[ and cranes].",
        "It stood here{, and stands}.",
        "{Perhaps }it opened.",
        "It opened{ then}",
        "“[Yes]{No},” he said.",
        "He said [‘]{“}yes[’]{”} twice.",
        "[They’re]{They’ll} choose.",
        "a [four]{five}-hour day",
        "for the long[ ]{-}term view",
        "in the Center[ ]. Then",
        "write to [a.b@example.org]{c.d@example.org} now",
        "[Cloud.gov]{The cloud.gov team} keeps it.",
        "see {the }port[, then]{ and} go",
        "at [https://a.example]{http://www.b.example}/ now",
        "data set{ }—{ }and so on",
        "on Friday, [5/22]{May 22} at noon",
        "see [here]{the records of the port} for more",
        "They [will ]affect it.",
        "This [will affect]{affects} it.",
        "从[北]{南}京来",
        "die [Strasse]{Straße} dort",
        "[e\u0301te\u0301]{été} 1964",
    ],
)
def test_a_change_is_marked_as_an_editor_would(drawing: str) -> None:
    before = re.sub(r"\{[^}]*\}|[\[\]]", "", drawing)
    after = re.sub(r"\[[^\]]*\]|[{}]", "", drawing)

    assert marked(before, after) == drawing


def test_a_little_word_that_stayed_is_not_marked() -> None:
    before, after = "Made of brick and slate here.", "Made of stone and copper here."

    assert marked(before, after) == "Made of [brick]{stone} and [slate]{copper} here."


def test_replaced_words_with_only_a_mark_between_them_are_one_change() -> None:
    before, after = "Open to brick, slate and tin.", "Open to stone, copper and tin."

    assert marked(before, after) == "Open to [brick, slate]{stone, copper} and tin."


def test_changes_with_real_words_between_them_are_two() -> None:
    before, after = "In 1964 twelve berths, in 1965 ten.", "In 1963 twelve berths, in 1966 ten."

    assert marked(before, after) == "In [1964]{1963} twelve berths, in [1965]{1966} ten."


def test_new_quotation_marks_leave_the_word_between_them_alone() -> None:
    assert marked('He said "yes" then.', "He said “yes” then.") == ('He said ["]{“}yes["]{”} then.')


def test_a_sentence_that_begins_like_the_next_is_taken_out_whole() -> None:
    before = "They rely on it. They are content."

    assert marked(before, "They are content.") == "[They rely on it. ]They are content."


def test_words_that_repeat_are_taken_out_at_a_sensible_place() -> None:
    assert marked("The Hub: The Hub is here.", "The Hub is here.") == "[The Hub: ]The Hub is here."


def test_joined_lines_show_where_they_were() -> None:
    assert marked("first line\nsecond line", "first line second line") == (
        "first line[\n]{ }second line"
    )


def test_other_white_space_is_a_change_that_can_be_seen() -> None:
    assert marked("ten berths", "ten\u00a0berths") == "ten[ ]{\u00a0}berths"


@pytest.mark.parametrize("empty", ["", " "])
def test_all_of_a_text_can_go_or_come(empty: str) -> None:
    assert marked("words", "") == "[words]"
    assert marked("", "words") == "{words}"
    assert marked(empty, empty) == empty


@given(TEXT | WORDS, TEXT | WORDS)
@settings(deadline=None)
def test_nothing_is_lost_between_the_changes(before: str, after: str) -> None:
    rebuilt, at, to = "", 0, 0

    for i, j, k, m in hunks(before, after):
        assert at <= i <= j
        assert before[at:i] == after[to:k]
        assert before[i:j] != after[k:m]
        rebuilt += before[at:i] + after[k:m]
        at, to = j, m

    assert before[at:] == after[to:]
    assert rebuilt + before[at:] == after


@given(WORDS, WORDS)
@example("the slept, ran. the", "slept, slept, ran.")
@settings(deadline=None)
def test_no_change_begins_and_ends_with_the_same_space(before: str, after: str) -> None:
    for i, j, k, m in hunks(before, after):
        went, came = before[i:j], after[k:m]
        if went and came:
            assert not (went[0] == came[0] and went[0].isspace())
            assert not (went[-1] == came[-1] and went[-1].isspace())


def test_a_break_between_blocks_is_never_halved() -> None:
    assert marked("One.\n\nTwo", "One.\nTwo") == "One.[\n\n]{\n}Two"
    assert marked("One\nTwo\n\nThree", "One\n\nThree") == "One[\nTwo]\n\nThree"


@given(WORDS, WORDS)
@settings(deadline=None)
def test_no_more_words_are_marked_than_have_to_be(before: str, after: str) -> None:
    found = hunks(before, after)

    least = Indel.distance(words_of(before), words_of(after))
    joined = [before[i:j] + after[k:m] for i, j, k, m in found]
    marks = sum(not any(map(str.isalnum, word)) for text in joined for word in words_of(text))
    assert sum(len(words_of(before[i:j])) + len(words_of(after[k:m])) for i, j, k, m in found) <= (
        least + marks
    )


@given(WORDS, WORDS)
@settings(deadline=None)
def test_as_many_words_are_marked_whichever_text_was_first(before: str, after: str) -> None:
    there, back = hunks(before, after), hunks(after, before)

    # Where two ways are equally short, punctuation can decide: it counts like a word there.
    both = words_of(before) + words_of(after)
    marks = sum(not any(map(str.isalnum, word)) for word in both)
    assert abs(wordy(before, after, there) - wordy(after, before, back)) <= 2 * marks


@given(st.lists(st.sampled_from("abc"), max_size=9), st.lists(st.sampled_from("abc"), max_size=9))
def test_runs_are_equal_and_not_by_turns(old: list[str], new: list[str]) -> None:
    found = list(runs(old, new))

    assert [item for run in found for item in old[run.old_start : run.old_end]] == old
    assert [item for run in found for item in new[run.new_start : run.new_end]] == new
    for run in found:
        same = old[run.old_start : run.old_end] == new[run.new_start : run.new_end]
        assert same is run.is_equal


def test_a_run_says_what_is_between_two_that_are_equal() -> None:
    found = list(runs("abxd", "abyd"))

    assert [run.is_equal for run in found] == [True, False, True]
    assert found[1] == Run(False, 2, 3, 2, 3)


def test_a_very_long_text_is_still_marked_word_by_word() -> None:
    sentences = [f"Berth {number} lies in basin {number % 7} of the port." for number in range(900)]
    before = " ".join(sentences)
    after = before.replace("Berth 450 lies", "Berth 450 lay").replace(
        "Berth 9 lies", "Berth 9 stood"
    )

    assert len(words_of(before)) > 5000
    assert [before[i:j] for i, j, _, _ in hunks(before, after)] == ["lies", "lies"]


def test_a_very_long_text_without_sentences_is_marked_too() -> None:
    before = " ".join(f"w{number}" for number in range(6000))
    after = before.replace("w3000 ", "different ")

    assert marked(before, after) == before.replace("w3000", "[w3000]{different}")


@given(st.lists(st.integers(0, 12), max_size=9), st.lists(st.integers(0, 12), max_size=9))
def test_landmarks_are_single_in_both_and_in_order(old: list[int], new: list[int]) -> None:
    found = landmarks(old, new)

    assert found == sorted(found)
    assert sorted(to for _, to in found) == [to for _, to in found]
    for at, to in found:
        assert old[at] == new[to]
        assert old.count(old[at]) == new.count(new[to]) == 1


def test_landmarks_are_as_many_as_can_be() -> None:
    assert landmarks("abcdefx", "fabxcde") == [(0, 1), (1, 2), (2, 4), (3, 5), (4, 6)]
