"""The clean tables, filtered by what is asked of their columns, to sort without internet."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import itables
import pandas as pd
from itables.javascript import generate_init_offline_itables_html

from helpers.cleaning import CleanTables
from helpers.definitions import LANGUAGES
from helpers.definitions.texts import labels
from helpers.explore._selection import Selection, SelectionError, families_of
from helpers.study import Study
from helpers.words import say

NAMES = (*(field.name for field in fields(CleanTables)), "states")
MOST = 15_000  # rows: about a megabyte, so that a server lets it through and a browser stays quick
COMPARED: Mapping[str, Callable[[Any, Any], Any]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}


def clean_table(
    study: Study, name: str, *, where: Mapping[str, str] | None = None, chosen: Selection | None = None
) -> pd.DataFrame:
    """Give the rows of a clean table that fit.

    Parameters
    ----------
    study : Study
        The clean tables.
    name : str
        A clean table, or `states`.
    where : mapping of column to str, optional
        What is asked of it: `Leuven` (a text that holds it, in small letters or capitals), `=1`, `<3`,
        `>=2022-05-01`.
    chosen : Selection, optional
        Only its families; tables about the export stay whole.

    Raises
    ------
    SelectionError
        There is no such column, or it cannot be compared with that.
    """
    rows = study.states if name == "states" else getattr(study.tables, name)
    if chosen is not None and "family" in rows:
        rows = rows[rows["family"].isin(families_of(study, chosen))]
    for column, asked in (where or {}).items():
        if column not in rows:
            known = ", ".join(rows.columns)
            raise SelectionError(say("explore", "no_column", study.language, what=column, known=known))
        if asked.strip():
            rows = rows[_fits(rows[column], asked.strip(), study.language)]
    return rows


def _fits(values: pd.Series, asked: str, language: str) -> pd.Series:
    """Tell which values are as asked; a missing one never is."""
    sign, what = re.fullmatch(r"(<=|>=|<|>|=)?\s*(.*)", asked, flags=re.DOTALL).groups()  # type: ignore[union-attr]
    if not sign:
        return values.astype("str").str.contains(what, case=False, regex=False, na=False)
    try:
        if pd.api.types.is_datetime64_any_dtype(values):
            fits = COMPARED[sign](values, pd.Timestamp(what))
        elif pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            fits = COMPARED[sign](values, float(what.replace(",", ".")))
        else:
            fits = COMPARED[sign](values.astype("str").str.casefold(), what.casefold())
    except (ValueError, TypeError):
        raise SelectionError(
            say("explore", "no_condition", language, what=values.name, asked=asked)
        ) from None
    return fits.fillna(False).astype("bool") & values.notna()


def library() -> str:
    """Give the program and the style of interactive tables, whole, so that no internet is needed."""
    return generate_init_offline_itables_html(itables.options.dt_bundle)


def interactive(rows: pd.DataFrame, language: str) -> str:
    """Make a table that is sorted by a click on a header."""
    thousands = "." if LANGUAGES[language].decimal == "," else ","
    words = {name: text(language) for name, text in labels("interactive").items()}
    plain = [name for name in rows if rows[name].dtype == "str" or rows[name].dtype == "category"]
    return itables.to_html_datatable(
        rows.assign(**{name: rows[name].astype("str").fillna("") for name in plain}),
        connected=False,
        maxBytes=0,
        showIndex=False,
        text_in_header_can_be_selected=False,  # a click on it sorts
        layout={"topStart": "pageLength", "topEnd": None, "bottomStart": "info", "bottomEnd": "paging"},
        classes="display compact nowrap",
        style="width:auto",
        autoWidth=True,
        language=words | {"thousands": thousands},
    )
