"""The numbers and the picture in the README are those of the embedded data."""

from PIL import Image

from helpers.definitions import Text
from helpers.readme import BEGIN, EMBEDDED, END, README, key_numbers, with_numbers
from picture import PICTURE, said_on_top


def test_the_readme_says_what_the_embedded_data_show():
    text = README.read_text(encoding="utf-8")
    numbers = key_numbers(EMBEDDED)
    assert text.count(BEGIN) == text.count(END) == 1
    assert with_numbers(text, numbers) == text, "run `python -m helpers.readme`"


def test_the_numbers_are_the_published_ones():
    # source report, chapter 1 (90 retained, 56 followed) and chapter 4, 2.2 (22 improved, 4 of them out of
    # poverty, 11 declined)
    _, moved, poverty, _, _, reach = (text.en for text in key_numbers(EMBEDDED))
    assert "11 more families moved forward than back" in moved  # 22 against 11
    assert poverty.startswith("4 families moved out of poverty, none into it")
    assert reach.endswith("56 of the 90 families")


def test_only_what_stands_between_the_marks_is_replaced():
    text = f"before {BEGIN}\nold\n{END} after"
    assert with_numbers(text, [Text(nl="nieuw", en="new.")]) == f"before {BEGIN}\n- new.\n{END} after"


def test_the_picture_is_of_the_first_page_as_it_is_now(whole_run):
    with Image.open(PICTURE) as picture:
        assert picture.text["said"] == said_on_top(whole_run.report / "index.html"), "run tests/picture.py"
