"""What is said of the index as a measure: in and out, H, A and M0, domains."""

from collections.abc import Sequence

import pandas as pd

from helpers.definitions import MOMENTS, Definitions, Text
from helpers.formats import both, decimal, p_value
from helpers.sentences import _conclusion_texts as texts
from helpers.sentences import _conclusions as conclusions
from helpers.sentences._change import NOBODY_FOLLOWED, families_caption
from helpers.sentences._names import ALL
from helpers.sentences._phrases import (
    AND,
    Account,
    count_and_share,
    counted,
    fill,
    listed,
    plural,
    sentences,
    share_text,
)
from helpers.words.selection import pilot_name as pilot_text

POVERTY_CHANGE = Text(
    "Kansarm, van {n}: {poor_baseline} op de nulmeting en {poor_follow_up} op de opvolgmeting. {moved}, "
    "{into_poverty} erin (exacte McNemartoets: {p}, mid-p-variant {midp}). Zwaar kansarm: {severe_baseline}"
    " op de nulmeting en {severe_follow_up} op de opvolgmeting.",
    "Poor, of {n}: {poor_baseline} at baseline and {poor_follow_up} at follow-up. {moved}, {into_poverty} "
    "into it (exact McNemar test: {p}, mid-p variant {midp}). Severely poor: {severe_baseline} at baseline "
    "and {severe_follow_up} at follow-up.",
)
MEASURES_READING = Text(
    "H is het aandeel kansarme gezinnen, A het aandeel van de zes domeinen waarop een kansarm gezin "
    "gemiddeld een tekort heeft, M0 = H·A. Open bolletje: nulmeting; vol bolletje: opvolgmeting; ▲: "
    "minder kansarmoede, ▼: meer.",
    "H is the share of poor families, A the share of the six domains in which a poor family is deprived on "
    "average, M0 = H·A. Open mark: baseline; full mark: follow-up; ▲: less poverty, ▼: more.",
)
MEASURES_DESCRIBED = Text(
    "Drie maten op twee momenten, per pilootproject.", "Three measures at two moments, per pilot project."
)
MEASURES_FINDING = Text(
    "H, het aandeel kansarme gezinnen, ging van {h0} naar {h1}; M0 van {m0} naar {m1}",
    "H, the share of poor families, went from {h0} to {h1}; M0 from {m0} to {m1}",
)
MEASURES_OF_PILOT = Text(
    "{pilot} (n = {n}): H {h0} en {h1}, A {a0} en {a1}, M0 {m0} en {m1}.",
    "{pilot} (n = {n}): H {h0} and {h1}, A {a0} and {a1}, M0 {m0} and {m1}.",
)
DOMAINS_READING = Text(
    "Een hele balk is het aandeel gezinnen met een tekort op dat domein; het volle deel zijn de gezinnen "
    "die ook kansarm zijn. Rechts: beide aandelen, en de bijdrage van het domein aan M0. Een onbekend "
    "domein telt als geen tekort; de tabel zegt van hoeveel gezinnen het domein bekend is.",
    "A whole bar is the share of families deprived in that domain; its full part are the families that are "
    "also poor. At the right: both shares, and the contribution of the domain to M0. An unknown domain "
    "counts as not deprived; the table says of how many families the domain is known.",
)
DOMAINS_DESCRIBED = Text(
    "Staafdiagram van zes domeinen op twee momenten.", "Bar chart of six domains at two moments."
)
DOMAINS_FINDING = Text(
    "Het vaakst een tekort: op de nulmeting {before}, op de opvolgmeting {after}",
    "Most often deprived: at baseline {before}, at follow-up {after}",
)
DOMAIN_DESCRIBED = Text(
    "{domain}, {moment}: {deprived} met een tekort, {censored} ook kansarm, bijdrage {contribution}.",
    "{domain}, {moment}: {deprived} deprived, {censored} also poor, contribution {contribution}.",
)
CHANGE_READING = Text(
    "Elke balk is de bijdrage van een domein aan de verandering in M0; samen zijn ze de hele verandering. "
    "Links van nul is minder kansarmoede. Tekort weg en erbij: gezinnen waarvan het tekort op dat domein "
    "verdween of ontstond. M0 telt een tekort alleen bij kansarme gezinnen: wie uit kansarmoede raakt, telt "
    "ook met de tekorten die overblijven niet meer mee. Veranderingen zijn berekend vóór het afronden.",
    "Each bar is what a domain adds to the change in M0; together they are the whole change. Left of zero "
    "is less poverty. No longer and newly deprived: families that ceased to be so in that domain, or began. "
    "M0 counts a deprivation in poor families only: one that leaves poverty no longer counts, not even "
    "with the deprivations that it keeps. Changes were worked out before rounding.",
)
CHANGE_DESCRIBED = Text(
    "Balken links en rechts van nul, per domein – {list}.",
    "Bars left and right of zero, per domain – {list}.",
)
CHANGE_OF_DOMAIN = Text(
    "{domain}: {out} eruit, {into} erin, M0 {change}", "{domain}: {out} out, {into} in, M0 {change}"
)


def poverty_change(table: pd.DataFrame) -> Text:
    """Tell how many families are poor at both moments, and who went in and out.

    Parameters
    ----------
    table : one row of poverty_change.
    """
    row = table.iloc[0]
    if not row["n"]:
        return Text(NOBODY_FOLLOWED.nl + ".", NOBODY_FOLLOWED.en + ".")
    out = int(row["out_of_poverty"])
    numbers = {name: int(row[name]) for name in ("poor_baseline", "poor_follow_up", "into_poverty")}
    severe = {name: int(row[name]) for name in ("severe_baseline", "severe_follow_up")}
    moved = fill(
        plural(
            out,
            Text("{n} raakte uit kansarmoede", "{n} moved out of poverty"),
            Text("{n} raakten uit kansarmoede", "{n} moved out of poverty"),
        ),
        n=counted(out, "family"),
    )
    return fill(
        POVERTY_CHANGE,
        n=counted(int(row["n"]), "followed_family"),
        moved=moved,
        p=both(p_value, row["mcnemar_exact_p"]),
        midp=both(p_value, row["mcnemar_midp"]),
        **numbers,
        **severe,
    )


def poverty_measures(table: pd.DataFrame, *, definitions: Definitions, left_out: int = 0) -> Account:
    """Tell H, A and M0 at both moments, for all families and per pilot.

    Parameters
    ----------
    table : pilot, moment, families, H, A, M0.
    definitions : for words.
    left_out : followed families left out for an unknown domain.
    """
    before, after = at_both(table[table["pilot"] == ALL])
    finding = fill(
        MEASURES_FINDING,
        h0=share_text(before["H"]),
        h1=share_text(after["H"]),
        m0=_m0(before["M0"]),
        m1=_m0(after["M0"]),
    )
    total = int(before["families"])
    rows = [_measures(pilot, rows, definitions) for pilot, rows in table.groupby("pilot", sort=False)]
    caption = sentences(families_caption(total, left_out), MEASURES_READING)
    described = sentences(MEASURES_DESCRIBED, *rows)
    if not total:
        return Account(NOBODY_FOLLOWED, caption, described)
    return Account(finding, caption, described, conclusions.measures(table))


def at_both(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Give the row at baseline and the row at follow-up."""
    by_moment = rows.set_index(rows["moment"].astype(str))
    return by_moment.loc[MOMENTS[0]], by_moment.loc[MOMENTS[1]]


def _m0(value: float) -> Text:
    """Write M0."""
    return both(decimal, value, digits=3)


def _measures(pilot: str, rows: pd.DataFrame, definitions: Definitions) -> Text:
    """List the measures of one pilot."""
    before, after = at_both(rows)
    return fill(
        MEASURES_OF_PILOT,
        pilot=pilot_text(str(pilot), definitions),
        n=int(before["families"]),
        h0=share_text(before["H"]),
        h1=share_text(after["H"]),
        a0=share_text(before["A"]),
        a1=share_text(after["A"]),
        m0=_m0(before["M0"]),
        m1=_m0(after["M0"]),
    )


def poverty_domains(
    table: pd.DataFrame,
    *,
    measures: pd.DataFrame,
    definitions: Definitions,
    pilot: str = ALL,
    left_out: int = 0,
) -> Account:
    """Tell in which domains families are deprived.

    Parameters
    ----------
    table : pilot, moment, domain, known, deprived, raw_headcount, censored_headcount, contribution.
    measures : poverty_measures, for the number of families.
    definitions : for titles.
    pilot : whose rows to tell.
    left_out : followed families left out for an unknown domain.
    """
    families = _families(measures, pilot)
    rows = table[table["pilot"] == pilot]
    sides = [rows[rows["moment"].astype(str) == moment] for moment in MOMENTS]
    finding = fill(
        DOMAINS_FINDING,
        before=_most_deprived(sides[0], definitions),
        after=_most_deprived(sides[1], definitions),
    )
    described = [_domain(row, definitions) for row in rows.itertuples()]
    return Account(
        finding if families else NOBODY_FOLLOWED,
        sentences(families_caption(families, left_out), DOMAINS_READING),
        sentences(DOMAINS_DESCRIBED, *described),
        texts.DOMAINS if families else None,
    )


def _families(measures: pd.DataFrame, pilot: str) -> int:
    """Give the number of families that the measures of a pilot are of."""
    return int(at_both(measures[measures["pilot"] == pilot])[0]["families"])


def _titles(domains: Sequence[str], definitions: Definitions) -> Text:
    """List domains by title."""
    return listed([definitions.kansarmoede.domain(str(domain)).title for domain in domains], last=AND)


def _most_deprived(rows: pd.DataFrame, definitions: Definitions) -> Text:
    """Name the domain in which most families are deprived."""
    most = rows[rows["deprived"] == rows["deprived"].max()]
    if not most["deprived"].sum():
        return Text("geen enkel domein", "no domain")
    return fill(
        Text("{domains} ({share})", "{domains} ({share})"),
        domains=_titles(list(most["domain"]), definitions),
        share=share_text(most["raw_headcount"].iloc[0]),
    )


def _domain(row: object, definitions: Definitions) -> Text:
    """Tell one domain at one moment."""
    values = row._asdict()  # type: ignore[attr-defined]
    return fill(
        DOMAIN_DESCRIBED,
        domain=definitions.kansarmoede.domain(str(values["domain"])).title,
        moment=definitions.vocabulary["moment"][str(values["moment"])],
        deprived=count_and_share(values["deprived"], values["raw_headcount"]),
        censored=share_text(values["censored_headcount"]),
        contribution=share_text(values["contribution"]),
    )


def change_domains(
    table: pd.DataFrame, *, measures: pd.DataFrame, definitions: Definitions, left_out: int = 0
) -> Account:
    """Tell what each domain adds to the change in M0.

    Parameters
    ----------
    table : domain, into_deprivation, out_of_deprivation, change_in_M0.
    measures : poverty_measures, for the number of families.
    definitions : for titles.
    left_out : followed families left out for an unknown domain.
    """
    families = _families(measures, ALL)
    rows = [
        fill(
            CHANGE_OF_DOMAIN,
            domain=definitions.kansarmoede.domain(str(row.domain)).title,
            out=int(row.out_of_deprivation),
            into=int(row.into_deprivation),
            change=_signed(row.change_in_M0),
        )
        for row in table.itertuples()
    ]
    return Account(
        _whole_change(table, definitions) if families else NOBODY_FOLLOWED,
        sentences(families_caption(families, left_out), CHANGE_READING),
        fill(CHANGE_DESCRIBED, list=listed(rows, mark="; ")),
        texts.SPLIT if families else None,
    )


def _signed(value: float) -> Text:
    """Write a change in M0 with its sign."""
    return both(decimal, value, digits=3, signed=True)


def _whole_change(table: pd.DataFrame, definitions: Definitions) -> Text:
    """Say how M0 changed, and in which domain it fell and rose most."""
    changes = table["change_in_M0"]
    whole = Text("M0 veranderde met {change}", "M0 changed by {change}")
    fall = Text("grootste daling: {domains} ({change})", "largest fall: {domains} ({change})")
    rise = Text("grootste stijging: {domains} ({change})", "largest rise: {domains} ({change})")
    said = [fill(whole, change=_signed(float(changes.sum())))]
    lowest, highest = float(changes.min()), float(changes.max())
    for extreme, moved, template in ((lowest, lowest < 0, fall), (highest, highest > 0, rise)):
        if moved:
            domains = _titles(list(table.loc[changes == extreme, "domain"]), definitions)
            said.append(fill(template, domains=domains, change=_signed(extreme)))
    return listed(said, mark="; ")
