"""The numbers in the README are those of the embedded data."""

from helpers.definitions import Text, load_definitions
from helpers.readme import BEGIN, EMBEDDED, END, README, key_numbers, with_numbers


def test_the_readme_says_what_the_embedded_data_show():
    text = README.read_text(encoding="utf-8")
    numbers = key_numbers(EMBEDDED, load_definitions())
    assert text.count(BEGIN) == text.count(END) == 1
    assert with_numbers(text, numbers) == text, "run `python -m helpers.readme`"


def test_the_numbers_are_the_published_ones():
    # source report, chapter 1 (90 retained, 56 followed) and chapter 4, 2.2 (22 improved, 4 of them out of
    # poverty, 11 declined)
    who, moved, sure, _ = key_numbers(EMBEDDED, load_definitions())
    assert "p = 0.080" in sure.en  # 22 against 11, by hand
    assert {"90", "56"} <= set(who.en.replace(",", "").replace(".", "").split())
    assert "22 of 56" in moved.en and "4 of them out of poverty" in moved.en and "declined: 11" in moved.en


def test_only_what_stands_between_the_marks_is_replaced():
    text = f"before {BEGIN}\nold\n{END} after"
    assert with_numbers(text, [Text("nieuw", "new.")]) == f"before {BEGIN}\n- new.\n{END} after"
