"""The words of the view that stand in no sentence of the report."""

from helpers.definitions import Text

READINGS = {
    "family": Text(
        "Elke balk is het aandeel gezinnen op dat niveau, van 1 (slechtst) tot 5 (best), onder de bekende "
        "niveaus.",
        "Each bar is the share of families at that level, from 1 (worst) to 5 (best), among the known "
        "levels.",
    ),
    "members": Text(
        "Per gezin telt het slechtste niveau van zijn leden; elke balk is het aandeel gezinnen op dat "
        "niveau, van 1 (slechtst) tot 5 (best), onder de bekende niveaus.",
        "For each family the worst level of its members counts; each bar is the share of families at that "
        "level, from 1 (worst) to 5 (best), among the known levels.",
    ),
    "adult": Text(
        "Elke balk is het aandeel ouders op dat niveau, van 1 (slechtst) tot 5 (best), onder de bekende "
        "niveaus.",
        "Each bar is the share of parents at that level, from 1 (worst) to 5 (best), among the known levels.",
    ),
    "child": Text(
        "Elke balk is het aandeel kinderen op dat niveau, van 1 (slechtst) tot 5 (best), onder de bekende "
        "niveaus.",
        "Each bar is the share of children at that level, from 1 (worst) to 5 (best), among the known "
        "levels.",
    ),
}
MOVED = Text(
    "Een getal is het aantal dat van het niveau links naar dat bovenaan of onderaan ging; het aandeel is van "
    "wie op dat niveau begon.",
    "A number is how many went from the level at the left to the one along the axis of follow-up; the share "
    "is of those who began at that level.",
)
MOMENTS = {
    "baseline": Text("Nulmeting", "Baseline"),
    "follow_up": Text("Opvolgmeting", "Follow-up"),
    "change": Text("Verandering", "Change"),
}
COUNTS = {
    "persons": Text("elke persoon", "each person"),
    "worst": Text("gezin: slechtste lid", "family: worst member"),
    "best": Text("gezin: beste lid", "family: best member"),
    "median": Text("gezin: mediaan van de leden", "family: median of its members"),
}
ITEMS = {
    "item": Text("Item", "Item"),
    "families": Text("Gezinnen", "Families"),
    "view": Text("Weergave", "View"),
    "unit": Text("Wie", "Who"),
    "part": Text("Onderdeel", "Part"),
    "search": Text("Zoek", "Search"),
    "search_hint": Text("woord in titel of label, bv. schulden", "word in title or label, e.g. debts"),
    "list": Text("Items", "Items"),
    "all_units": Text("iedereen", "everyone"),
    "all_parts": Text("alle onderdelen", "all parts"),
    "domain": Text("kansarmoede: {domain}", "kansarmoede: {domain}"),
    "pilots": Text("Pilootprojecten (geen aangevinkt: alle)", "Pilot projects (none ticked: all)"),
    "family_type": Text("Gezinstype", "Family type"),
    "all_types": Text("alle", "all"),
    "moment": Text("Moment", "Moment"),
    "count": Text("Telt", "Counts"),
    "export": Text("Bewaar deze keuze", "Save this selection"),
    "found": Text("{n} van {all} items", "{n} of {all} items"),
}
SELECTED = Text(
    "{retained} weerhouden gezinnen in deze keuze, waarvan {followed} opgevolgd.",
    "{retained} retained families in this selection, of which {followed} followed.",
)
ONE_SELECTED = Text(
    "1 weerhouden gezin in deze keuze, waarvan {followed} opgevolgd.",
    "1 retained family in this selection, of which {followed} followed.",
)
NO_FAMILIES = Text(
    "Bij deze keuze hoort geen enkel weerhouden gezin. Kies meer pilootprojecten of een ander gezinstype.",
    "No retained family belongs to this selection. Choose more pilot projects or another family type.",
)
NO_FOLLOW_UP = Text(
    "Geen enkel gezin van deze keuze is opgevolgd: er is geen opvolgmeting en geen verandering om te tonen.",
    "No family of this selection was followed: there is no follow-up and no change to show.",
)
FAMILY_COUNT_NOTE = Text(
    "De verandering telt personen, zoals in het rapport; ‘Telt’ geldt voor de verdeling.",
    "Change counts persons, as in the report; ‘Counts’ is about the distribution.",
)
ALL_PILOTS = Text("alle pilootprojecten", "all pilot projects")
OF_CHANGE = Text("van nulmeting naar opvolgmeting", "from baseline to follow-up")
TESTS = Text("Toetsen: {title}", "Tests: {title}")
CODE = Text("Code die dit herhaalt", "Code that reproduces this")
BUSY = Text("Bezig…", "Working…")
READY = Text("Klaar.", "Ready.")
SAVED = Text(
    "Bewaard in {folder}: tabellen als CSV in tables/, figuren als SVG en PNG in figures/, de code in code/.",
    "Saved in {folder}: tables as CSV in tables/, figures as SVG and PNG in figures/, the code in code/.",
)
NO_FOLDER = Text(
    "De parameter `output` is leeg: er is geen map om in te bewaren.",
    "The parameter `output` is empty: there is no folder to save in.",
)
INTERNAL = Text(
    "Intern: hier staan gezinnen één voor één. Alleen voor uw eigen scherm; bewaren gaat alleen naar een "
    "map waarvan de naam eindigt op -internal. Geef die map niet door.",
    "Internal: families are shown one by one. For your own screen only; saving goes only to a folder whose "
    "name ends in -internal. Do not pass that folder on.",
)
FOR_ITS_PICTURE = Text("{finding}. {rest}", "{finding}. {rest}")
SAVE_INTERNALLY = Text("Bewaar intern", "Save internally")
FAMILY = {
    "code": Text("Gezinscode", "Family code"),
    "hint": Text("bv. {code}", "e.g. {code}"),
    "all_items": Text("ook items die niet veranderden", "also items that did not change"),
    "export": SAVE_INTERNALLY,
    "none": Text(
        "Typ een gezinscode en druk op Enter, of blader.", "Type a family code and press Enter, or browse."
    ),
    "group": Text("Gezinnen", "Families"),
    "all": Text("alle gezinnen", "all families"),
    "not_followed": Text("niet opgevolgd", "not followed"),
    "back": Text("Vorige", "Previous"),
    "forth": Text("Volgende", "Next"),
    "unknown": Text("Er is geen gezin met code {code}.", "There is no family with code {code}."),
    "near": Text("Bedoelde u {codes}?", "Did you mean {codes}?"),
    "excluded": Text(
        "Dit gezin is niet weerhouden (regel {rule}); het telt in geen enkele figuur mee.",
        "This family was not retained (rule {rule}); it counts in no figure.",
    ),
    "nothing": Text(
        "Van dit gezin is geen enkel niveau geregistreerd.", "No level was registered of this family."
    ),
}
PROFILE = Text(
    "{family} ({pilot}, {type}): {days} registratiedagen van {first} tot {last}; {followed}",
    "{family} ({pilot}, {type}): {days} registration days from {first} to {last}; {followed}",
)
FOLLOWED = {
    True: Text("opgevolgd", "followed"),
    False: Text("niet opgevolgd", "not followed"),
}
TIMELINE = Text(
    "Elke datum waarop iets van het gezin geregistreerd is, van de eerste tot de laatste. Volle kleur: die "
    "dag geregistreerd; bleek: overgenomen van een eerdere dag; wit: nog niet geregistreerd. ▲ beter, "
    "▼ slechter, ◆ van of naar niet van toepassing (–).",
    "Every date on which anything of the family was registered, from the first to the last. Full colour: "
    "registered that day; pale: carried forward from an earlier day; white: not registered yet. ▲ better, "
    "▼ worse, ◆ from or to not applicable (–).",
)
TABLES = {
    "table": Text("Tabel", "Table"),
    "pilot": Text("Piloot", "Pilot"),
    "all_pilots": Text("alle", "all"),
    "export": SAVE_INTERNALLY,
    "rows": Text("{n} rijen", "{n} rows"),
    "columns": Text("Wat de kolommen betekenen", "What the columns mean"),
    "first": Text(
        "De eerste {most} van {n} rijen; kies een piloot om de andere te zien.",
        "The first {most} of {n} rows; choose a pilot to see the others.",
    ),
    "empty": Text(
        "Deze tabel heeft voor deze keuze geen rijen.", "This table has no rows for this selection."
    ),
}
STUDY = Text(
    "{title}: {retained} weerhouden gezinnen, waarvan {followed} opgevolgd; {pilots} pilootprojecten. "
    "{source}",
    "{title}: {retained} retained families, of which {followed} followed; {pilots} pilot projects. {source}",
)
SOURCES = {
    False: Text("Gelezen uit {clean}.", "Read from {clean}."),
    True: Text(
        "In {clean} staan nog geen schone tabellen; daarom is {raw} nu in het geheugen opgeschoond, met de "
        "standaardwaarden van notebook 01. Voor andere waarden: voer eerst notebook 01 uit, of "
        "`python3 run.py report`.",
        "There are no clean tables in {clean} yet; so {raw} was now cleaned in memory, with the defaults of "
        "notebook 01. For other values run notebook 01 first, or `python3 run.py report`.",
    ),
}
NO_STUDY = Text(
    "De gegevens kunnen niet gelezen worden. Voer eerst notebook 01 uit, of `python3 run.py report`. {fault}",
    "The data cannot be read. Run notebook 01 first, or `python3 run.py report`. {fault}",
)
