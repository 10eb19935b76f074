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
    "findings": Text("Wat eruit komt", "What came out"),
    "caution": Text(
        "De intervallen en toetsen zeggen hoe zeker een verschil is, niet waardoor het ontstond; over "
        "gezinnen die niet opgevolgd zijn, zeggen ze niets. Gezinnen krijgen een coach wanneer het slecht "
        "gaat: een deel van de vooruitgang is ook zonder coach te verwachten (regressie naar het "
        "gemiddelde).",
        "The intervals and tests say how certain a difference is, not why it arose; of families that were "
        "not followed they say nothing. Families get a coach when things go badly: part of the improvement "
        "is to be expected without a coach too (regression to the mean).",
    ),
    "question": Text("De vraag", "The question"),
    "design": Text("Hoe het onderzocht is", "How it was studied"),
    "see": Text("Bekijk de figuur", "See the figure"),
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
QUESTION = Text(
    "Hoe stonden gezinnen ervoor toen een gezinscoach begon, en wat verschoof er in de "
    "{months} maanden daarna?",
    "How were families doing when a family coach began, and what shifted in the {months} months after that?",
)
DESIGN = (
    Text(
        "Gezinscoaches in {pilots} registreerden van {start} tot {end} met de Sociale Balans hoe het gezin, "
        "de ouders en de kinderen ervoor stonden.",
        "Family coaches in {pilots} registered from {start} to {end}, with the Sociale Balans, how the "
        "household, the parents and the children were doing.",
    ),
    Text(
        "De maten zijn {items} items van niveau 1 (slechtst) tot 5 (best), en een index: wie op minstens "
        "{cutoff} van {domains} domeinen tekortkomt, heet kansarm.",
        "The measures are {items} items from level 1 (worst) to 5 (best), and an index: a family that falls "
        "short on at least {cutoff} of {domains} domains is called poor (kansarm).",
    ),
    Text(
        "Er is geen controlegroep en de coaches scoren zelf: te zien is wat tussen twee momenten verschoof, "
        "niet waardoor.",
        "There is no control group and the coaches do the scoring: what shifted between two moments can be "
        "seen, not why.",
    ),
)
RETAINED = Text(
    "{retained} van de {registered} geregistreerde gezinnen hebben een bruikbare nulmeting: "
    "wat tot en met {days} "
    "dagen na de eerste registratie genoteerd is.",
    "{retained} of the {registered} registered families have a usable baseline: what was noted up to and "
    "including {days} days after the first registration.",
)
FOLLOWED = Text(
    "{followed} daarvan werden minstens {months} maanden later nog geregistreerd; hun "
    "opvolgmeting is {rule}.",
    "{followed} of them were still registered at least {months} months later; their follow-up is {rule}.",
)
FOLLOWED_RULE = {
    "at": Text("wat op dat moment het laatst genoteerd was", "what had last been noted by then"),
    "last": Text("wat het allerlaatst genoteerd is", "what was noted last of all"),
}
ONLY = Text(
    "De andere pilootprojecten van de dataset zijn weggelaten; dat hier een deel apart bekeken is, is in de "
    "toetsen niet verrekend.",
    "The dataset's other pilots are left out; that a part was looked at by itself is not accounted for in "
    "the tests.",
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
