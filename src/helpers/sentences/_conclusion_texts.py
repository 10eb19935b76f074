"""The sentences that `_conclusions` fills in: what can and what cannot be concluded from a figure."""

from helpers.codebook import Text

NO_CAUSE = Text(
    "zonder controlegroep zegt dit niets over de oorzaak.",
    "without a control group this says nothing of the cause.",
)
REACHED = Text(
    "De figuur beschrijft de gezinnen die gezinscoaches bereikten en registreerden; of andere gezinnen "
    "in armoede er ook zo uitzien, zegt ze niet.",
    "The figure describes the families that coaches reached and registered; whether other families in "
    "poverty look the same, it does not say.",
)
SCHEME = Text(
    "Het schema zegt hoe een verandering heet, niet hoe groot ze voor een gezin is: elk domein telt even "
    "zwaar.",
    "The scheme says what a change is called, not how large it is for a family: every domain weighs the "
    "same.",
)
SCORES = Text(
    "Wie met veel tekorten begint, kan bijna alleen nog vooruit: een deel van de vooruitgang bij hoge "
    "scores is ook zonder verandering te verwachten (regressie naar het gemiddelde).",
    "Those who begin with many deprivations can hardly but improve: some of the improvement at high "
    "scores is to be expected without any change (regression to the mean).",
)
PILOTS_NOT_TESTED = Text(
    "Per pilootproject zijn het {low} tot {high} opgevolgde gezinnen; verschillen tussen pilootprojecten "
    "zijn niet getoetst, en komen ook van hun doelgroep, caseload en werkwijze.",
    "Per pilot project there are {low} to {high} followed families; differences between pilots are not "
    "tested, and also come from their target group, caseload and way of working.",
)
DOMAINS = Text(
    "Welke items voor een domein staan, is onze keuze; een strengere of soepelere lezing geeft andere "
    "aandelen (zie de pagina over robuustheid).",
    "Which items stand for a domain is our choice; a stricter or looser reading gives other shares (see "
    "the page on robustness).",
)
SPLIT = Text(
    "De splitsing is een optelling: ze zegt op welke domeinen M0 veranderde, niet waardoor.",
    "The split is an addition: it says in which domains M0 changed, not why.",
)
OFFICIAL = Text(
    "Uit de twee cijfers naast elkaar volgt niet hoeveel vaker deze gezinnen kansarm zijn dan andere "
    "gezinnen in Vlaanderen.",
    "The two figures side by side do not tell how much more often these families are poor than others in "
    "Flanders.",
)
IMPROVERS = Text(
    "Deze gezinnen zijn gekozen omdat hun score daalde: dat hun items gemiddeld vooruitgingen, volgt "
    "daaruit en is geen bevinding; welke items het meest bewogen, is een aanwijzing.",
    "These families were chosen because their score fell: that their items improved on average follows "
    "from that and is no finding; which items moved most is a clue.",
)
FOLLOWED_PART = Text(
    "Verandering is alleen te zien bij {part} ({share}); hoe het de andere verging, is niet bekend (zie "
    "de pagina over robuustheid).",
    "Change can only be seen in {part} ({share}); how the others fared is not known (see the page on "
    "robustness).",
)
FOLLOWED_ALL = Text(
    "Alle weerhouden gezinnen werden opgevolgd: de verandering is er een van hen allemaal.",
    "All retained families were followed: the change shown is that of all of them.",
)
SHARE = Text(
    "Zijn deze {who} een steekproef van wie gezinscoaches bereiken, dan ligt het aandeel op niveau "
    "{level} met 95 % betrouwbaarheid tussen {low} en {high}{unknown}; over gezinnen zonder gezinscoach "
    "zegt de figuur niets.",
    "If these {who} are a sample of those whom coaches reach, the share at level {level} lies with 95% "
    "confidence between {low} and {high}{unknown}; of families without a coach the figure says nothing.",
)
GROUPS = Text(
    "Beide groepen komen uit dezelfde gezinnen en zijn niet tegen elkaar getoetst{unknown}; over "
    "gezinnen zonder gezinscoach zegt de figuur niets.",
    "Both groups come from the same families and are not tested against each other{unknown}; of families "
    "without a coach the figure says nothing.",
)
UNKNOWN = Text(
    ", mits de {n} zonder bekend niveau daarin niet verschillen",
    ", provided that the {n} without a known level do not differ in this",
)
EDUCATION = Text(
    "Van {part} is het opleidingsniveau onbekend: elk van de andere aandelen kan in werkelijkheid tot "
    "{share} hoger liggen.",
    "The education of {part} is unknown: each of the other shares may in truth be up to {share} higher.",
)
EDUCATION_KNOWN = Text(
    "Het opleidingsniveau van alle ouders is bekend; over ouders zonder gezinscoach zegt de figuur niets.",
    "The education of all parents is known; of parents without a coach the figure says nothing.",
)
MORE = Text(
    "Er gingen meer {who} vooruit dan achteruit dan bij gelijke kansen te verwachten is (netto {net}, 95 "
    "%-interval over gezinnen {low} tot {high}, exacte tekentoets {p}); ",
    "More {who} improved than declined than equal chances would make one expect (net {net}, 95% interval "
    "over families {low} to {high}, exact sign test {p}); ",
)
FEWER = Text(
    "Er gingen meer {who} achteruit dan vooruit dan bij gelijke kansen te verwachten is (netto {net}, 95 "
    "%-interval over gezinnen {low} tot {high}, exacte tekentoets {p}); ",
    "More {who} declined than improved than equal chances would make one expect (net {net}, 95% interval "
    "over families {low} to {high}, exact sign test {p}); ",
)
UNDECIDED = Text(
    "Of er meer {who} vooruit dan achteruit gaan, is met deze aantallen niet uit te maken (netto {net}, "
    "95 %-interval over gezinnen {low} tot {high}, exacte tekentoets {p}); ",
    "Whether more {who} improve than decline cannot be told from these numbers (net {net}, 95% interval "
    "over families {low} to {high}, exact sign test {p}); ",
)
LOOKED_AGAIN = Text(
    "gelijk kan ook niet opnieuw bekeken zijn, en ",
    "unchanged may also be not looked at again, and ",
)
CROSSED = Text(
    "Dat er meer gezinnen de grens van kansarmoede naar {side} overgaan, is meer dan gelijke kansen "
    "laten verwachten (verschil {net}, 95 %-interval {low} tot {high}, exacte McNemartoets {p}); ",
    "That more families cross the poverty line {side} is more than equal chances make one expect "
    "(difference {net}, 95% interval {low} to {high}, exact McNemar test {p}); ",
)
NOT_CROSSED = Text(
    "Dat het aandeel kansarme gezinnen verandert, volgt niet uit deze aantallen (verschil {net}, 95 "
    "%-interval {low} tot {high}, exacte McNemartoets {p}{few}); ",
    "That the share of poor families changes does not follow from these numbers (difference {net}, 95% "
    "interval {low} to {high}, exact McNemar test {p}{few}); ",
)
FEW = Text(
    "; bij zo weinig gezinnen die de grens overgaan weegt de toets zwaarder dan het interval",
    "; with so few families crossing the line the test weighs more than the interval",
)
ITEMS = Text(
    "Van {items} met paren omvat het interval van {alone} nul niet; na correctie voor dat aantal (Holm) "
    "{left}; ",
    "Of {items} with pairs the interval of {alone} leaves out zero; after adjusting for their number "
    "(Holm) {left}; ",
)
