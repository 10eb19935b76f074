"""Scripts that load the tables: R, SPSS and Stata, from the format that each of them reads best."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from helpers.definitions import LANGUAGES

if TYPE_CHECKING:
    from helpers.exchange import Exchanged, Variable

HEAD = "Loads the tables of this folder: data of single families, not to be passed on."
R_HEAD = f"""\
# {HEAD}
# {{needs}}
language <- "{{language}}"  # of the labels: {" or ".join(LANGUAGES)}

"""
R_FOLDER = """\
# where this script is: read with source(), run by Rscript, or line by line in its own folder
folder <- local({
  run <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
  read <- unlist(lapply(sys.frames(), function(frame) frame$ofile))
  places <- c(rev(dirname(c(gsub("~+~", " ", run, fixed = TRUE), read))), ".")
  found <- Filter(function(place) file.exists(file.path(place, "labels.csv")), places)
  if (length(found) == 0) stop("labels.csv is not found: go with setwd() to the folder of load.R first")
  normalizePath(found[1])
})

"""
R_LABELLED = """\
# n.v.t. is NA; nvt = TRUE keeps it apart, as {nvt}
read_table <- function(name, nvt = FALSE) {{
  cells <- haven::{reader}
  if (nvt) cells else haven::zap_missing(cells)
}}
{tables}
# haven::as_factor(states$v_stress) shows the labels
"""
R_READERS = {
    "sav": 'read_sav(file.path(folder, paste0(name, "_", language, ".sav")), user_na = TRUE)',
    "dta": 'read_dta(file.path(folder, paste0(name, "_", language, ".dta")))',
}
R_CSV = """\
labels <- read.csv(file.path(folder, "labels.csv"), colClasses = "character", encoding = "UTF-8")

# factors = TRUE: levels as factors with their labels, n.v.t. included; else as numbers, n.v.t. as NA
read_table <- function(name, factors = FALSE) {
  cells <- read.csv(file.path(folder, paste0(name, ".csv")), colClasses = "character", na.strings = "",
                    encoding = "UTF-8")
  known <- labels[labels$table == name, ]
  for (place in which(known$value == "")) {
    variable <- known$variable[place]
    x <- cells[[variable]]
    values <- known[known$variable == variable & known$value != "", ]
    words <- values[[paste0("label_", language)]]
    x <- switch(known$type[place],
      level = if (factors) factor(x, values$value, words) else as.integer(replace(x, x %in% "n.v.t.", NA)),
      integer = as.integer(x), date = as.Date(x), boolean = x == "True",
      if (nrow(values)) factor(x, values$value, words) else x)
    attr(x, "label") <- known[[paste0("label_", language)]][place]
    cells[[variable]] <- x
  }
  cells
}
"""
R_PARQUET = """\
read_table <- function(name) {
  reader <- if (requireNamespace("arrow", quietly = TRUE)) arrow::read_parquet else nanoparquet::read_parquet
  as.data.frame(reader(file.path(folder, paste0(name, ".parquet"))))
}
# levels are factors 1 to 5 and n.v.t.; labels.csv says what they mean
"""


def scripts(tables: Sequence[Exchanged], formats: Iterable[str], *, language: str) -> dict[str, str]:
    """Write the scripts that can load what is there: SPSS and Stata do not read Parquet.

    `load.R`, and `load.sps` and `load.do` where there is something that these programs read.
    """
    there = set(formats)
    found = {"load.R": _r(tables, _first(("sav", "dta", "csv", "parquet"), there), language)}
    for name, order, script in (("load.sps", ("sav", "csv"), _sps), ("load.do", ("dta", "csv"), _do)):
        if there & set(order):
            found[name] = script(tables, _first(order, there), language)
    return found


def _first(order: Iterable[str], there: set[str]) -> str:
    return next(form for form in order if form in there)


def _r(tables: Sequence[Exchanged], form: str, language: str) -> str:
    loads = "\n".join(f'{table.name} <- read_table("{table.name}")' for table in tables)
    if form in R_READERS:
        nvt = "the user-missing value -1" if form == "sav" else "the tagged missing value .a"
        body = R_LABELLED.format(reader=R_READERS[form], tables=loads, nvt=nvt)
        return R_HEAD.format(needs="Needs the package haven.", language=language) + R_FOLDER + body
    needs = "Needs R alone." if form == "csv" else "Needs the package arrow or nanoparquet."
    body = (R_CSV if form == "csv" else R_PARQUET) + loads + "\n"
    return R_HEAD.format(needs=needs, language=language) + R_FOLDER + body


# ---- SPSS ------------------------------------------------------------------------------------------------


def _sps(tables: Sequence[Exchanged], form: str, language: str) -> str:
    """Write the syntax; of CSV, texts become numbers with labels and n.v.t. a user-missing value."""
    lines = [f"* {HEAD}", "* From any folder: INSERT FILE='the path of this file' CD=YES.", ""]
    for table in tables:
        if form == "sav":
            lines.append(f"GET FILE='{table.name}_{language}.sav'.")
        else:
            lines += _sps_csv(table, language)
        lines += [f"DATASET NAME {table.name}.", ""]
    return "\n".join(lines)


def _sps_csv(table: Exchanged, language: str) -> list[str]:
    texts = {one.name: f"{one.name} {_sps_format(one, table)}" for one in table.variables}
    recoded = [one for one in table.variables if one.is_coded]
    for one in recoded:
        texts[one.name] = f"t_{texts[one.name]}"
    lines = [
        f"GET DATA /TYPE=TXT /FILE='{table.name}.csv' /ENCODING='UTF8' /ARRANGEMENT=DELIMITED",
        "  /DELIMITERS=',' /QUALIFIER='\"' /FIRSTCASE=2 /VARIABLES=",
        *(f"    {text}" for text in texts.values()),
        "  .",
    ]
    for one in recoded:
        lines.append(f"RECODE t_{one.name} {' '.join(_recodes(one))} INTO {one.name}.")
    lines.append("EXECUTE.")
    if recoded:
        lines.append("DELETE VARIABLES " + "\n  ".join(f"t_{one.name}" for one in recoded) + ".")
        lines.append("FORMATS " + "\n  ".join(one.name for one in recoded) + " (F2.0).")
    lines += [f"VARIABLE LABELS {one.name} {_quoted(one.label(language))}." for one in table.variables]
    for one in recoded:
        known = [f"  {code} {_quoted(text)}" for code, text in one.labelled(language).items()]
        lines += [f"VALUE LABELS {one.name}", *known, "  ."]
    lines += [f"MISSING VALUES {one.name} (-1)." for one in recoded if one.type == "level"]
    return lines


def _sps_format(one: Variable, table: Exchanged) -> str:
    """Give the format in which SPSS reads a column of the CSV."""
    if one.type == "date":
        return "SDATE10"
    if one.type == "integer":
        return "F8.0"
    texts = table.frame[one.name].dropna().astype("str")
    return f"A{max([8, *(len(text.encode()) for text in texts)])}"


def _recodes(one: Variable) -> Iterable[str]:
    for text, code in one.codes.items():
        yield f"({_quoted(text)}={code})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


# ---- Stata -----------------------------------------------------------------------------------------------


def _do(tables: Sequence[Exchanged], form: str, language: str) -> str:
    """Write the do-file: every table becomes a frame (Stata 16 and later)."""
    lines = [
        f"* {HEAD}",
        '* In the folder of this file: do load.do; from another: do "PATH/load.do" "PATH".',
        "* Then, say: frame change states",
        "version 16",
        "args folder",
        'if "`folder\'" == "" local folder "."',
        "",
    ]
    for table in tables:
        lines += [f"capture frame drop {table.name}", f"frame create {table.name}", f"frame {table.name} {{"]
        load = (
            _do_csv(table, language)
            if form == "csv"
            else [f'use "`folder\'/{table.name}_{language}.dta", clear']
        )
        lines += [*(f"    {line}" for line in load), "}", ""]
    return "\n".join(lines)


def _do_csv(table: Exchanged, language: str) -> list[str]:
    lines = [
        f'import delimited using "`folder\'/{table.name}.csv", clear varnames(1) stringcols(_all) '
        'encoding("utf-8") case(preserve)'
    ]
    for one in table.variables:
        lines += _DO.get(one.type, _do_text)(one)
        lines.append(f"label variable {one.name} {_stata(one.label(language)[:80])}")
    for one in (one for one in table.variables if one.is_coded):
        for place, (code, text) in enumerate(one.labelled(language).items()):
            more = ", add" if place else ""
            lines.append(f"label define {one.name} {'.a' if code == -1 else code} {_stata(text)}{more}")
        lines.append(f"label values {one.name} {one.name}")
    return lines


def _do_text(one: Variable) -> list[str]:
    """Make numbers of texts that have labels; other text stays."""
    if not one.is_coded:
        return []
    return [f"rename {one.name} t_{one.name}", f"generate byte {one.name} = .",
            *(f'replace {one.name} = {".a" if code == -1 else code} if t_{one.name} == "{text}"'
              for text, code in one.codes.items()), f"drop t_{one.name}"]  # fmt: skip


def _do_date(one: Variable) -> list[str]:
    return [f"generate int d_{one.name} = date({one.name}, \"YMD\")", f"drop {one.name}",
            f"rename d_{one.name} {one.name}", f"format {one.name} %td"]  # fmt: skip


_DO: dict[str, Callable[[Variable], list[str]]] = {
    "date": _do_date,
    "integer": lambda one: [f"destring {one.name}, replace"],
}


def _stata(text: str) -> str:
    return '`"' + text.replace("`", "'") + "\"'"
