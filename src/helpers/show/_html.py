"""The few pieces of HTML that a page is made of, everything escaped, and their twins in plain text."""

import html
import re

# Signs that are not seen, or that turn round what stands after them: control characters, marks of direction,
# line and paragraph separators, halves of pairs, tags. Those of emoji and of other scripts stay.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    r"""Write signs that are not seen, or that turn the text round, by their numbers.

    Examples
    --------
    >>> visible("a\u202eb\x07")
    'a[U+202E]b[U+0007]'
    """
    return UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def escape(text: str) -> str:
    """Write a text as HTML, so that none of it is a tag and all of it is seen."""
    return html.escape(visible(text))


def caption_html(
    name: str, heading: str, caption: str, link: tuple[str, str] | None, conclusion: str = ""
) -> str:
    """Make the caption of a figure: heading, conclusion, text, and a link (address, words) to its table."""
    address = f' <a href="{escape(link[0])}">{escape(link[1])}</a>' if link else ""
    told = f'<p class="conclusion">{escape(conclusion)}</p>' if conclusion else ""
    return (
        f'<div class="caption" data-figure="{escape(name)}"><strong>{escape(heading)}</strong> '
        f"{told}{escape(caption)}{address}</div>"
    )


def headline_html(name: str, words: str) -> str:
    """Make the finding of a figure, which stands above its image."""
    return f'<p class="headline" data-figure="{escape(name)}">{escape(words)}</p>'


def paragraph_html(words: str) -> str:
    """Make a sentence or paragraph."""
    return f'<p class="finding">{escape(words)}</p>'


def answer_html(words: str) -> str:
    """Make the answer at the head of a page."""
    return f'<p class="answer">{escape(words)}</p>'


def heading_html(words: str) -> str:
    """Make a heading of the second rank."""
    return f"<h2>{escape(words)}</h2>"


def remark_html(words: str, link: tuple[str, str] | None = None) -> str:
    """Make a plain paragraph, with a link (address, words) behind it where there is one."""
    address = f' <a href="{escape(link[0])}">{escape(link[1])}</a>' if link else ""
    return f"<p>{escape(words)}{address}</p>"


def strong_html(heading: str, words: str) -> str:
    """Make a paragraph that begins with a heading of its own, as a caption does."""
    return f"<p><strong>{escape(heading)}</strong> {escape(words)}</p>"
