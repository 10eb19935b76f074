"""The published results of the source report, in `data/reference/published_claims.yml`: read and checked."""

from collections.abc import Collection, Iterator
from pathlib import Path

from helpers.definitions._claim_checks import Declared, declared_tables, faults_of
from helpers.definitions._claim_measures import Cells
from helpers.definitions._claim_types import Claim, Claims
from helpers.definitions._definition_checks import Key
from helpers.definitions._definitions import Definitions
from helpers.definitions._reference_checks import check_unique
from helpers.definitions._reference_files import Faults, parse, read_yaml

FILE = "published_claims.yml"


def read_claims(folder: Path, definitions: Definitions, faults: Faults) -> Claims | None:
    """Read and check the file.

    Parameters
    ----------
    folder : where published_claims.yml and tables.yml are.
    definitions : for the items.
    faults : what is wrong is noted here.
    """
    document = read_yaml(folder / FILE, faults)
    tables = declared_tables(folder, faults)
    if document is None or tables is None:
        return None
    check_unique(document, "claims", "id", faults)
    check_unique(document, "sections", "id", faults)
    claims = parse(document, Claims, faults)
    if claims is None:
        return None
    for number, section in enumerate(claims.sections):
        for fault in faults_of(section.cases, tables, definitions.items):
            faults.add(document.at("sections", number, "cases"), fault)
    for number, claim in enumerate(claims.claims):
        for where, fault in _claim_faults(claim, claims, tables, definitions.items):
            faults.add(document.at("claims", number, where), fault)
    return claims


def _claim_faults(
    claim: Claim, claims: Claims, tables: Declared, items: Collection[Key]
) -> Iterator[tuple[str, str]]:
    """Say what a claim names that is not there: (part of the claim, fault), each once."""
    sections = [section.id for section in claims.sections]
    if claim.section not in sections:
        yield "section", f"this file has no section '{claim.section}'; use one of {', '.join(sections)}"
    if claim.published.wording:
        yield from _wording_faults(claim, claims)
    named = [fault for cells in _named(claim) for fault in faults_of(cells, tables, items)]
    for fault in dict.fromkeys(named):
        yield "measure", fault
    among, cells = claim.published.among, claim.measure.cells
    if among and cells is None:
        yield "measure", "largest and smallest go with a measure of kind 'cells'"
    elif among and cells and cells not in among.sets(cells):
        yield "published", "the set does not hold the measure itself; add its row or column"


def _wording_faults(claim: Claim, claims: Claims) -> Iterator[tuple[str, str]]:
    """Say when the words that a claim quotes are not those whose bounds it takes."""
    name = str(claim.published.wording)
    if name not in claims.wordings:
        yield "published", f"this file has no wording '{name}'; use one of {', '.join(claims.wordings)}"
        return
    phrases = claims.wordings[name].phrases
    if not any(phrase.casefold() in claim.wording.casefold() for phrase in phrases):
        yield "wording", f"must hold a phrase of wording '{name}': {', '.join(phrases)}"


def _named(claim: Claim) -> tuple[Cells, ...]:
    """Give all cells that a claim names, those that it is compared with among them."""
    among, cells = claim.published.among, claim.measure.cells
    return (*claim.measure.parts, *(among.sets(cells) if among and cells else ()))
