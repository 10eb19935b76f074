"""The first page of a run in more than one language: it leads to the reports, and is in all of them."""

from collections.abc import Sequence

from helpers.definitions import LANGUAGES
from helpers.run._render import Frame, banner, css, environment, words


def start_page(frames: Sequence[Frame]) -> str:
    """Make the page that leads to the reports in each language.

    Parameters
    ----------
    frames : sequence of Frame
        One for each language, in order; the first gives the language of the page itself.

    Returns
    -------
    str
        A whole HTML document that needs no other file.
    """
    editions = [
        {
            "language": frame.language,
            "name": LANGUAGES[frame.language].name,
            "report": words(frame.language)["report"],
            "banner": banner(frame),
        }
        for frame in frames
    ]
    template = environment().get_template("start.html.j2")
    return template.render(editions=editions, css=css(), dataset=frames[0].dataset.title)
