"""The titles of the small tables, the names of their columns, and which of them count nobody."""

from helpers.definitions import Text

PILOTS = Text("Voor wie elk pilootproject werkt", "For whom each pilot project works")
SHEETS = Text("Wat er in de export staat", "What the export holds")
LOSSES = Text(
    "Wat geen niveau was, per item en label dat er het meest op lijkt (R07)",
    "What was no level, by item and the label that it is most like (R07)",
)
WARNINGS = Text("Wat opvalt aan deze export", "What stands out in this export")
NOT_HOLDING = Text(
    "Uitspraken die niet kloppen, of waarvan het niet te zeggen is",
    "Statements that do not hold or cannot be told",
)
DOMAINS = Text(
    "De zes domeinen en hun lezing in deze studie", "The six domains and how this study reads them"
)
CHOICES = Text(
    "De keuzes en hun opties; de eerste van elke keuze is de standaard",
    "The choices and their options; the first of each choice is the default",
)
LABELS = {
    "target_group": Text("doelgroep", "target group"),
    "caseload": Text("caseload", "caseload"),
    "cells": Text("cellen", "cells"),
    "nearest": Text("lijkt het meest op", "most like"),
    "would_be": Text("zou zijn", "would be"),
    "what": Text("wat", "what"),
    "where": Text("waar", "where"),
    "levels": Text("niveaus", "levels"),
    "count": Text("aantal", "count"),
    "share": Text("aandeel", "share"),
    "file": Text("bestand", "file"),
    "rows": Text("rijen", "rows"),
    "kept": Text("behouden", "kept"),
    "rejected": Text("verworpen", "rejected"),
    "unknown_columns": Text("niet herkende kolommen", "columns not recognised"),
    "criterion": Text("officieel criterium", "official criterion"),
    "default": Text("hier een tekort wanneer", "deprived here when"),
    "stricter": Text("strenger", "stricter"),
    "looser": Text("ruimer", "looser"),
    "why": Text("waarom", "why"),
    "claim": Text("uitspraak", "statement"),
    "figure": Text("plaats", "place"),
    "wording": Text("woorden van het rapport", "words of the report"),
}
