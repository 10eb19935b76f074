"""What the first page asks and how the study was made; its key results are those of the study."""

from pathlib import Path
from typing import Any

from helpers import words
from helpers.cleaning import Study as About
from helpers.definitions import load
from helpers.definitions.choices import PilotComparison
from helpers.run._render import Frame, day, period
from helpers.study import FinishedStudy, FinishedTables
from helpers.tables import TABLES

WHOLE = ("score", "overall")  # the questions about all that a family is: the index, and all items together
CAREFUL = ("compared", "conclude")  # what holds without a test


def finished(folder: Path, frame: Frame) -> FinishedStudy:
    """Open the finished tables of a report."""
    about = About.of(frame.dataset, {})
    language = frame.language
    published = (name for name, table in TABLES.items() if table.kind != "internal")
    tables = FinishedTables(folder, only=published)
    return FinishedStudy(tables, about, edition=frame.edition, language=language)


def few_followed(frame: Frame, study: FinishedStudy) -> str:
    """Say why a report about some families has one page only; nothing of one with families enough.

    In a public edition what is too small for a report has none.
    """
    chosen = frame.parameters["pilots"] or period(frame)
    if frame.edition or not chosen or "flow" not in study:
        return ""
    n, least = study["flow"].set_index("stage")["families"], load(PilotComparison).least_families
    followed = int(n.get("followed", 0))
    return words.say("one_page", "text", frame.language, n=followed, least=least) if followed < least else ""


def question(frame: Frame, study: FinishedStudy) -> str:
    """Ask the question of the study in one sentence, in the language of the run: of how many families."""
    n = _families(study)
    return words.say(
        "question",
        "text",
        frame.language,
        months=frame.parameters["follow_up_months"],
        retained=n.get("retained", 0),
        followed=n.get("followed", 0),
    )


def brief(frame: Frame, study: FinishedStudy, *, tested: bool) -> list[tuple[str, str]]:
    """Say what must be known of the chart of the first page: how sure it is, against what, what to conclude.

    Parameters
    ----------
    frame : Frame
        Gives the language.
    study : FinishedStudy
        Gives the verdicts; where it has none it says nothing.
    tested : bool
        Whether the report has tests; else it does not say how sure the chart is.

    Returns
    -------
    list of (str, str)
        What the name of the sentence is among the texts, and the sentence.
    """
    if "verdict_words" not in study:
        return []
    found = study["verdict_words"].set_index(study["verdict_words"]["question"].astype("str"))
    known = {
        str(name): {"sure": str(row["verdict"]), "declined": str(row["outcome"]) == "declined"}
        for name, row in found.loc[found.index.isin(WHOLE)].iterrows()
    }
    parts = ["sure"] if tested and len(known) == len(WHOLE) else []
    facts: dict[str, Any] = {**known, "items": len(study.definitions.items)}
    return [(part, words.say("brief", part, frame.language, **facts)) for part in [*parts, *CAREFUL]]


def _families(study: FinishedStudy) -> dict[str, int]:
    """Count the families at each stage; nothing where there are no results."""
    name = "flow_groups" if study.edition else "flow"
    if name not in study:
        return {}
    return dict(zip(study[name]["stage"].astype("str"), map(int, study[name]["families"]), strict=True))


def design(frame: Frame, study: FinishedStudy) -> list[str]:
    """Say in short sentences how the study was made.

    Parameters
    ----------
    frame : Frame
        Gives the dataset and the parameters.
    study : FinishedStudy
        Gives the families by stage; where it has none they are left out.

    Returns
    -------
    list of str
        Who registered what and when; who is counted at which moment; the measures; what cannot be said.
    """
    language, dataset, given = frame.language, frame.dataset, frame.parameters
    chosen = list(given["pilots"])
    known = {
        "pilots": chosen or list(dataset.pilots),
        "chosen": bool(chosen),
        "period": period(frame),
        "start": day(dataset.project_start, language),
        "end": day(dataset.exported_on, language),
        "months": given["follow_up_months"],
        "days": given["baseline_window_days"],
        "rule": str(given["follow_up_rule"]),
        "cutoff": given["poverty_cutoff"],
        "items": len(study.definitions.items),
        "domains": len(study.definitions.kansarmoede.domains),
    }
    parts, n = ["who", "measures", "limits"], _families(study)
    if "retained" in n:
        known |= {stage: n.get(stage) for stage in ("registered", "retained", "followed")}
        parts.append("moments")
    half = study.edition.half if study.edition else 0
    said = {part: words.say("design", part, language, half=half, **known) for part in parts}
    return [said[part] for part in ("who", "moments", "measures", "limits") if part in said]
