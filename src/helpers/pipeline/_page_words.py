"""The words of the pages themselves: frame, banners, index. All else comes from notebooks and tables."""

from helpers.codebook import Text

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
    "findings": Text("Wat eruit komt", "What came out"),
    "caution": Text(
        "Er is geen controlegroep en de coaches scoren zelf: dit zijn verschillen tussen hun scores op twee "
        "momenten; waardoor ze ontstonden, zegt dit rapport niet.",
        "There is no control group and the coaches do the scoring: these are differences between their "
        "scores at two moments; this report does not say why they arose.",
    ),
    "flow": Text("Van geregistreerd naar opgevolgd", "From registered to followed"),
    "contents": Text("De pagina's", "The pages"),
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
INTERNAL = Text(
    "Intern – niet verspreiden: op deze cijfers is geen onthullingscontrole toegepast.",
    "Internal – do not distribute: no disclosure control has been applied to these numbers.",
)
REVIEW = Text(
    "Intern – niet verspreiden: deze pagina's tonen gezinnen één voor één, met de toelichtingen van "
    "de coaches.",
    "Internal – do not distribute: these pages show families one by one, with the coaches' notes.",
)
DATASET = Text(
    "Dataset: {title} ({name}), geëxporteerd op {day}.", "Dataset: {title} ({name}), exported on {day}."
)
RUN = Text(
    "gezinscoach {version}. Wanneer deze run liep, staat in manifest.json.",
    "gezinscoach {version}. When this run took place is in manifest.json.",
)
ABOUT = Text(
    "Wat gezinscoaches registreerden over gezinnen in {pilots}, van {start} tot {end}: hoe de gezinnen "
    "ervoor stonden toen de coaching begon, en wat er volgens de registraties in {months} maanden "
    "veranderde.",
    "What family coaches registered about families in {pilots}, from {start} to {end}: how the families "
    "were doing when the coaching began, and what changed in {months} months by what was registered.",
)
ONLY = Text(
    "De andere pilootprojecten van de dataset zijn weggelaten.", "The dataset's other pilots are left out."
)
AND = Text(" en ", " and ")
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
