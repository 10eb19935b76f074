"""The templates of the sentences on pilots side by side."""

from helpers.definitions import Text

NO_FAMILIES = Text(
    "Geen enkel gezin is weerhouden: er valt niets naast elkaar te zetten.",
    "No family is retained: there is nothing to put side by side.",
)
NO_RETAINED = Text("Geen enkel gezin is weerhouden", "No family is retained")
ONE_PILOT = Text(
    "Er zijn geen twee pilootprojecten met opgevolgde gezinnen om te vergelijken",
    "There are no two pilot projects with followed families to compare",
)
RANGE = Text(", van {low} tot {high}", ", from {low} to {high}")
END = Text("{share} ({pilot}{n})", "{share} ({pilot}{n})")
OF = Text(", n = {n}", ", n = {n}")
KNOWN = Text(
    "Bij de nulmeting is {share} van de items geregistreerd{range}.",
    "At baseline {share} of the items are registered{range}.",
)
LOOKED_AGAIN = Text(
    "Van de waarden bij de opvolgmeting is {share} sinds de nulmeting opnieuw bekeken{range}.",
    "Of the values at follow-up {share} were looked at again since baseline{range}.",
)
LOOKED_AGAIN_WHY = Text(
    "Waar minder opnieuw bekeken is, kan ook minder veranderd lijken; waar coaches telkens alle items "
    "invullen, telt elke waarde als opnieuw bekeken, ook een die bleef. Een verschil tussen pilootprojecten "
    "kan een verschil in registreren zijn.",
    "Where less was looked at again, less can seem to have changed; where coaches fill in all items each "
    "time, every value counts as looked at again, one that stayed too. A difference between pilot projects "
    "can be a difference in registering.",
)
PROFILE = Text(
    "Bij de nulmeting loopt het aandeel kansarme gezinnen per pilootproject uiteen{range}",
    "At baseline the share of poor families ranges by pilot project{range}",
)
PROFILE_ONE = Text("Bij de nulmeting zijn {part} kansarm", "At baseline {part} are poor")
PROFILE_CAPTION = Text(
    "Weerhouden gezinnen bij de nulmeting ({n}); tussen haakjes hun aantal per pilootproject. Aandelen zijn "
    "van de gezinnen met een bekende waarde; van {unknown} is het gezinstype onbekend. Verwachte geboorten "
    "tellen als kind. De pilootprojecten staan in de volgorde van de dataset. Intervallen staan in de tabel.",
    "Retained families at baseline ({n}); in brackets their number by pilot project. Shares are of the "
    "families with a known value; of {unknown} the family type is unknown. Expected births count as "
    "children. The pilot projects stand in the order of the dataset. Intervals are in the table.",
)
PROFILE_CONCLUSION = Text(
    "Een verschil in wat er later veranderde, kan een verschil tussen gezinnen zijn; of de pilootprojecten "
    "hierin meer verschillen dan toeval geeft, is niet getoetst. Wat volgt gaat over de opgevolgde gezinnen "
    "alleen, en wie wegviel kan per pilootproject anders zijn.",
    "A difference in what changed later can be a difference between families; whether the pilot projects "
    "differ in this more than chance gives is not tested. What follows is about the followed families "
    "alone, and who was lost can differ by pilot project.",
)
VALUE = Text("{value} {n}", "{value} {n}")
NAME_AND_N = Text("{pilot} (n = {n})", "{pilot} (n = {n})")
MOVED = Text("{pilot} {up} en {down} van {n}", "{pilot} {up} and {down} of {n}")
MOVED_ALL = Text(
    "Van {n} gingen er {up} vooruit en {down} achteruit",
    "Of {n} {up} improved and {down} declined",
)
TRANSITIONS = Text("Vooruit en achteruit: {list}", "Improved and declined: {list}")
TRANSITIONS_CAPTION = Text(
    "Opgevolgde gezinnen met een score op beide momenten, als aandeel van hun pilootproject; de getallen in "
    "de balken zijn gezinnen. De kleuren zijn die van Figuur 15 en 17, de pilootprojecten staan in de "
    "volgorde van de dataset. Met weinig gezinnen verschuift één gezin een balk al zichtbaar.",
    "Followed families with a score at both moments, as a share of their pilot project; the numbers in the "
    "bars are families. The colours are those of Figures 15 and 17, the pilot projects stand in the order "
    "of the dataset. With few families a single one visibly shifts a bar.",
)
TRANSITIONS_CONCLUSION = Text(
    "Deze balken zijn tellingen, geen rangschikking: wat toeval alleen al geeft, staat in de figuren "
    "hieronder.",
    "These bars are counts, no ranking: what chance alone gives is in the figures below.",
)
OUTCOMES_CAPTION = Text(
    "De ruit is het netto-aandeel (vooruit − achteruit)/n, van gezinnen bij de score en kansarmoede, van "
    "personen bij de andere; de lijn is het 95 %-interval over gezinnen. "
    "Er is geen lijn met maar één gezin. De streeplijn is het geheel. "
    "Alle panelen hebben dezelfde schaal. De p-waarden in de tabel zijn niet aangepast voor hun aantal.",
    "The diamond is the net share (improved − declined)/n, of families for the score and poverty, of "
    "persons for the others; the line is the 95% interval over families. There "
    "is no line with one family only. The dashed line is the whole. All panels "
    "have the same scale. The p-values in the table are not adjusted for their number.",
)
OUTCOMES_CONCLUSION = Text(
    "Of intervallen overlappen, is geen toets: die staat in de tabel van verschillen hieronder. Zonder "
    "controlegroep zegt een verschil tussen pilootprojecten niet waardoor er iets veranderde.",
    "Whether intervals overlap is no test: that is in the table of differences below. Without a control "
    "group a difference between pilot projects does not say why anything changed.",
)
NOT_COMPARED = Text(
    "Deze pagina vergelijkt pas wanneer er twee of meer pilootprojecten met opgevolgde gezinnen zijn.",
    "This page compares only when there are two or more pilot projects with followed families.",
)
DIAMONDS = Text("Ruit met interval – {list}.", "Diamond with interval – {list}.")
NET = Text("{pilot} {net} ({low} tot {high}; n = {n})", "{pilot} {net} ({low} to {high}; n = {n})")
NET_ALONE = Text("{pilot} {net} (n = {n})", "{pilot} {net} (n = {n})")
SUBJECTS = (
    Text("{n} onderwerp", "{n} subject"),
    Text("de {n} onderwerpen", "the {n} subjects"),
)
NONE_APART = Text(
    "Op geen van {subjects} liggen de netto-aandelen aantoonbaar verder uiteen dan wanneer het lot de "
    "gezinnen verdeelt (kleinste {p}, niet aangepast)",
    "On none of {subjects} do the net shares demonstrably lie further apart than when families are allotted "
    "by chance (smallest {p}, not adjusted)",
)
SOME_APART = Text(
    "Op {small} van {subjects} liggen de netto-aandelen verder uiteen dan het lot geeft (kleinste {p}, voor "
    "aanpassing; aangepast volgens Holm onder de drempel)",
    "On {small} of {subjects} the net shares lie further apart than chance gives (smallest {p}, before "
    "adjustment; below the threshold after Holm)",
)
INSIDE = Text(
    "Op de score ligt geen van de {n} pilootprojecten buiten de {chance}-grenzen van het toeval",
    "On the score none of the {n} pilot projects lies outside the {chance} limits of chance",
)
LIE = (
    Text("ligt", "lies"),
    Text("liggen", "lie"),
)
OUTSIDE = Text(
    "Op de score {lie} {out} van de {n} pilootprojecten buiten de {chance}-grenzen van het toeval: {names}",
    "On the score {out} of the {n} pilot projects {lie} outside the {chance} limits of chance: {names}",
)
LIMITS_CAPTION = Text(
    "Elke ruit is een pilootproject: zijn opgevolgde gezinnen met een score op beide momenten, en hun "
    "netto-aandeel. De rechte is het geheel ({net}). Tussen de doorgetrokken grenzen ligt met minstens "
    "{chance} kans een groep van zoveel gezinnen die door het lot uit alle gezinnen getrokken is (exact). "
    "Met minder gezinnen zijn ze doorgaans wijder, met sprongen omdat gezinnen hele getallen zijn. Van {n} "
    "pilootprojecten vallen er door toeval alleen gemiddeld hoogstens {expected} buiten.",
    "Each diamond is a pilot project: its followed families with a score at both moments, and their net "
    "share. The straight line is the whole ({net}). Between the solid limits lies, with a chance of at "
    "least {chance}, a group of as many families drawn by lot from all (exact). With fewer families they "
    "are mostly wider, in steps as families are whole numbers. Of {n} pilot projects at most {expected} on "
    "average fall outside by chance alone.",
)
POINTS = Text("Punten – {list}.", "Points – {list}.")
POINT = Text(
    "{pilot}: {n}, netto {net}, grenzen {low} tot {high}, {p}",
    "{pilot}: {n}, net {net}, limits {low} to {high}, {p}",
)
NOT_APART = Text(
    "Alle pilootprojecten samen: {p} (permutatietoets op de netto-aandelen, hele gezinnen). Dat "
    "pilootprojecten verschillen, is hiermee niet aangetoond; dat ze gelijk zijn ook niet, want met zo "
    "weinig gezinnen valt alleen een groot verschil op. Een rangschikking heeft geen grond.",
    "All pilot projects together: {p} (permutation test of the net shares, whole families). This does not "
    "show that pilot projects differ; nor that they are alike, as with so few families only a large "
    "difference stands out. There is no ground for a ranking.",
)
APART = Text(
    "Alle pilootprojecten samen: {p} (permutatietoets op de netto-aandelen, hele gezinnen). De "
    "netto-aandelen liggen verder uiteen dan het lot geeft. Waardoor is hiermee niet gezegd: gezinnen, "
    "registreren en aanpak verschillen samen.",
    "All pilot projects together: {p} (permutation test of the net shares, whole families). The net shares "
    "lie further apart than chance gives. Why is not said by this: families, registering and ways of "
    "working differ together.",
)
NO_TESTS = Text(
    "Er valt niets te toetsen: daarvoor zijn twee pilootprojecten met opgevolgde gezinnen nodig.",
    "There is nothing to test: that takes two pilot projects with followed families.",
)
TESTS = Text(
    "Van de {n} toetsen blijft er na aanpassing volgens Holm geen onder de drempel; de kleinste: {p} "
    "(aangepast {holm}). Dat is geen bewijs dat de pilootprojecten gelijk zijn.",
    "Of the {n} tests none stays below the threshold after adjustment by Holm; the smallest: {p} (adjusted "
    "{holm}). That is no proof that the pilot projects are alike.",
)
TESTS_SMALL = Text(
    "Van de {n} toetsen blijven er na aanpassing volgens Holm {small} onder de drempel; de kleinste: {p} "
    "(aangepast {holm}). Waarom de pilootprojecten daarin verschillen, zegt de toets niet.",
    "Of the {n} tests {small} stay below the threshold after adjustment by Holm; the smallest: {p} "
    "(adjusted {holm}). Why the pilot projects differ in this, the test does not say.",
)
NO_CASE_MIX = Text(
    "Er zijn geen opgevolgde gezinnen om voor aan te passen.",
    "There are no followed families to adjust for.",
)
ADJUSTED = Text(
    "Aanpassen kan in {done} van de {n} rijen.",
    "Adjustment is possible in {done} of the {n} rows.",
)
ADJUSTED_ROW = Text(
    "{pilot}, {strata}: {observed} van {n} {direction}, verwacht {expected}; verschil {excess}, {p}.",
    "{pilot}, {strata}: {observed} of {n} {direction}, expected {expected}; difference {excess}, {p}.",
)
ADJUSTED_MANY = Text(
    "In {small} daarvan ligt het waargenomen aantal verder van het verwachte dan het lot binnen groepen "
    "geeft (p < {alpha}, niet aangepast); door toeval alleen zijn er dat hoogstens ongeveer {expected}.",
    "In {small} of these the observed number lies further from the expected one than chance within strata "
    "gives (p < {alpha}, not adjusted); by chance alone that is about {expected} at most.",
)
REASON = Text("{reason} ({n})", "{reason} ({n})")
LEFT_OUT = Text("In de andere rijen niet: {list}.", "In the other rows not: {list}.")
RULES = Text(
    "Er wordt pas aangepast vanaf {families}, met minstens {expected} verwachte gevallen en evenveel "
    "verwachte niet-gevallen, en minstens {elsewhere} gezinnen van dezelfde groep elders. Waar niet "
    "aangepast is, is niets berekend: dat zegt niet dat pilootprojecten daarin gelijk zijn. Elk "
    "pilootproject is met zijn eigen andere vergeleken; de verschillen zijn onderling niet te vergelijken.",
    "There is an adjustment only from {families} on, with at least {expected} expected cases and as many "
    "expected non-cases, and at least {elsewhere} families of the same stratum elsewhere. Where there is no "
    "adjustment nothing was computed: that does not say that pilot projects are alike in it. Each pilot "
    "project is compared with its own others; the differences cannot be compared with each other.",
)
REGRESSION = Text(
    "Aanpassen voor de score bij de nulmeting neemt ook een deel van de regressie naar het gemiddelde weg: "
    "de score waarvoor aangepast wordt, zit zelf in de verandering. Wat niet geregistreerd is, blijft "
    "onaangepast.",
    "Adjusting for the score at baseline also takes away part of the regression to the mean: the score that "
    "is adjusted for is itself part of the change. What is not registered stays unadjusted.",
)
