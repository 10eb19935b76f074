"""What the clean tables are of: the dataset and the parameters that it was cleaned with."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from helpers.export.dataset import Dataset

STUDY_FILE = "study.json"


@dataclass(frozen=True)
class Study:
    """A dataset as it was cleaned; it goes with the clean tables as `study.json`.

    `pilots` are all pilots of `dataset.yml`, in its order. `parameters` holds min_household_items,
    baseline_window_days, follow_up_months and follow_up_rule.
    """

    name: str
    title: str
    synthetic: bool
    exported_on: date
    project_start: date
    pilots: tuple[str, ...]
    parameters: Mapping[str, int | str]

    @classmethod
    def of(cls, dataset: Dataset, parameters: Mapping[str, int | str]) -> "Study":
        """Describe a dataset that was cleaned with these parameters."""
        return cls(
            name=dataset.name,
            title=dataset.title,
            synthetic=dataset.synthetic,
            exported_on=dataset.exported_on,
            project_start=dataset.project_start,
            pilots=tuple(dataset.pilots),
            parameters=dict(parameters),
        )


def study_to_json(study: Study) -> str:
    """Write a study as JSON text, dates as YYYY-MM-DD."""
    content = asdict(study) | {
        "exported_on": study.exported_on.isoformat(),
        "project_start": study.project_start.isoformat(),
        "parameters": dict(study.parameters),
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def study_from_json(text: str) -> Study:
    """Read what `study_to_json` wrote.

    Raises
    ------
    ValueError, KeyError, TypeError
        The text is no JSON, or not that of a study.
    """
    content = json.loads(text)
    return Study(
        name=content["name"],
        title=content["title"],
        synthetic=content["synthetic"],
        exported_on=date.fromisoformat(content["exported_on"]),
        project_start=date.fromisoformat(content["project_start"]),
        pilots=tuple(content["pilots"]),
        parameters=content["parameters"],
    )
