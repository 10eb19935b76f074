"""The words of the pages themselves: frame, banners, index. All else comes from notebooks and tables."""

from helpers.definitions import Text

WORDS = {
    "report": Text("Gezinscoaching in registratiedata", "Family coaching in registration data"),
    "overview": Text("Overzicht", "Overview"),
    "skip": Text("Naar de inhoud", "Skip to content"),
    "pages": Text("Pagina's van dit rapport", "Pages of this report"),
    "on_this_page": Text("Op deze pagina", "On this page"),
    "parameters": Text("Parameters van deze run", "Parameters of this run"),
    "code": Text("Code", "Code"),
    "numbers": Text("Cijfers als tabel", "Numbers as a table"),
    "drawing": Text("Figuur als SVG-bestand", "Figure as an SVG file"),
    "table": Text("Tabel", "Table"),
    "hint": Text("Schuif opzij om alles te zien.", "Scroll sideways to see all."),
    "all": Text("alle", "all"),
    "findings": Text("Wat eruit komt", "What we found"),
    "caution": Text(
        "Gezinnen krijgen een coach wanneer het slecht gaat: een deel van de vooruitgang is ook zonder coach "
        "te verwachten (regressie naar het gemiddelde).",
        "Families get a coach when things go badly: part of the improvement is to be expected without a "
        "coach too (regression to the mean).",
    ),
    "question": Text("De vraag", "The question"),
    "design": Text("Hoe het onderzocht is", "How it was studied"),
    "see": Text("Bekijk de figuur", "See the figure"),
    "sure": Text("Hoe zeker?", "How sure?"),
    "cite": Text("Hoe te citeren", "How to cite"),
    "cite_both": Text(
        "Noem de programmatuur, de dataset met haar exportdatum, en het onderzoeksrapport dat ze volgt.",
        "Name the software, the dataset with its export date, and the research report that it follows.",
    ),
    "editions": Text("Andere rapporten van deze run", "Other reports of this run"),
    "language": Text("Taal", "Language"),
    "this_report": Text("Dit rapport gaat over", "This report is about"),
    "researchers": Text(
        "Voor onderzoekers: wat deze pagina leest en schrijft",
        "For researchers: what this page reads and writes",
    ),
    "described": Text("Figuur in woorden", "Figure in words"),
    "more_below": Text(
        "Alles staat in woorden en als tabel onder de figuur.",
        "All of it is below the figure, in words and as a table.",
    ),
    "commit": Text(
        "Van welke git-commit deze run komt, staat in",
        "Which git commit this run comes from is in",
    ),
    "flow": Text("Van geregistreerd naar opgevolgd", "From registered to followed"),
    "contents": Text("Verder lezen", "Read on"),
    "about": Text("Verantwoording", "About this report"),
    "menu": Text("Menu", "Menu"),
    "previous": Text("Vorige", "Previous"),
    "next": Text("Volgende", "Next"),
    "downloads": Text("Bestanden", "Files"),
    "all_tables": Text("Tabellen", "Tables"),
    "file": Text("bestand", "file"),
    "content": Text("inhoud", "content"),
    "provenance": Text("Herkomst", "Provenance"),
    "inputs": Text("Gelezen bestanden", "Files that were read"),
    "parameter": Text("parameter", "parameter"),
    "value": Text("waarde", "value"),
    "meaning": Text("betekenis", "meaning"),
    "versions": Text("Versies", "Versions"),
    "program": Text("programma", "program"),
    "version": Text("versie", "version"),
}
SYNTHETIC = Text(
    "Synthetische gegevens: geen enkel gezin in dit rapport bestaat echt.",
    "Synthetic data: no family in this report is real.",
)
PUBLIC = Text(
    "Publieke uitgave: alle aantallen zijn afgerond op veelvouden van {m}, lees ze als ‘ongeveer’; 0 is 0 "
    "tot {half}.",
    "Public edition: all counts are rounded to multiples of {m}, read them as ‘about’; 0 is 0 to {half}.",
)
REVIEW = Text(
    "Intern – niet verspreiden: hier staan gezinnen één voor één, met de toelichtingen van de coaches.",
    "Internal – do not distribute: families stand here one by one, with the coaches' notes.",
)
FULL = Text(
    "Volledige uitgave van echte gegevens, met exacte aantallen.",
    "Full edition of real data, with exact counts.",
)
DATASET = Text(
    "Dataset: {title} ({name}), geëxporteerd op {day}.", "Dataset: {title} ({name}), exported on {day}."
)
RUN = Text(
    "gezinscoach {version}. Wanneer deze run liep, staat in manifest.json.",
    "gezinscoach {version}. When this run took place is in manifest.json.",
)
DOWNLOADS = {
    "tables.xlsx": Text(
        "alle tabellen in één werkboek, met een leeswijzer",
        "all tables in one workbook, with a reading guide",
    ),
    "manifest.json": Text(
        "parameters, bestanden met hun SHA-256, versies en tijden van deze run",
        "parameters, files with their SHA-256, versions and times of this run",
    ),
}
EXECUTED = Text("het uitgevoerde notebook, met zijn code", "the executed notebook, with its code")
MONTHS = (
    Text("januari", "January"),
    Text("februari", "February"),
    Text("maart", "March"),
    Text("april", "April"),
    Text("mei", "May"),
    Text("juni", "June"),
    Text("juli", "July"),
    Text("augustus", "August"),
    Text("september", "September"),
    Text("oktober", "October"),
    Text("november", "November"),
    Text("december", "December"),
)


def words(language: str) -> dict[str, str]:
    """Give the words of the frame in one language."""
    return {name: text(language) for name, text in WORDS.items()}
