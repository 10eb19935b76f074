"""The words that stand in figures themselves; the words for values come from the reference files."""

from helpers.definitions import Text

SHARE = Text(
    "aandeel",
    "share",
)
SHARE_OF_FAMILIES = Text(
    "aandeel van de gezinnen",
    "share of families",
)
FAMILIES = Text(
    "gezinnen",
    "families",
)
CHILDREN = Text(
    "kinderen",
    "children",
)
AGE = Text(
    "leeftijd in jaren",
    "age in years",
)
WORST = Text(
    "slechtst",
    "worst",
)
BEST = Text(
    "best",
    "best",
)
LEVEL = Text(
    "niveau",
    "level",
)
LEVEL_AT = Text(
    "niveau op de {moment}",
    "level at {moment}",
)
SCORE_AT = Text(
    "domeinen met een tekort op de {moment}",
    "deprived domains at {moment}",
)
EXCLUDED = Text(
    "uitgesloten",
    "excluded",
)
NOT_FOLLOWED = Text(
    "weerhouden, niet lang genoeg opgevolgd",
    "retained, not followed long enough",
)
RIGHT = Text(
    "rechts:",
    "right:",
)
LESS_POVERTY = Text(
    "minder kansarmoede",
    "less poverty",
)
MORE_POVERTY = Text(
    "meer kansarmoede",
    "more poverty",
)
FOLLOWED = Text(
    "n op-\ngevolgd",
    "n fol-\nlowed",
)
LOST = Text(
    "n\nniet",
    "n\nnot",
)
TOTAL = Text(
    "totaal",
    "total",
)
APART = Text(
    "apart gehouden",
    "kept apart",
)
NO_PAIRS = Text(
    "geen paren",
    "no pairs",
)
NET = Text(
    "netto",
    "net",
)
NET_AXIS = Text(
    "netto-aandeel (rechts: meer vooruit dan achteruit)",
    "net share (right: more improved than declined)",
)
NET_OF_FAMILIES = Text(
    "Gezinnen: vooruit min achteruit",
    "Families: improved less declined",
)
POOR_DIFFERENCE = Text(
    "Aandeel kansarm: opvolgmeting min nulmeting",
    "Share poor: follow-up less baseline",
)
POOR_AXIS = Text(
    "verschil in procentpunt (links: minder kansarm)", "difference in percentage points (left: fewer poor)"
)
INTERVAL = Text(
    "95 %-interval",
    "95% interval",
)
TO = Text(
    "tot",
    "to",
)
SHARE_OF_PAIRS = Text(
    "aandeel van de paren: links achteruit, rechts vooruit",
    "share of pairs: left declined, right improved",
)
DEPRIVED = Text(
    "tekort",
    "deprived",
)
DEPRIVED_AND_POOR = Text(
    "tekort en kansarm",
    "deprived and poor",
)
DEPRIVED_NOT_POOR = Text(
    "tekort, niet kansarm",
    "deprived, not poor",
)
AND_POOR = Text(
    "en kansarm",
    "and poor",
)
CONTRIBUTION = Text(
    "in M0",
    "of M0",
)
INTO = Text(
    "tekort\nerbij",
    "newly\ndeprived",
)
OUT = Text(
    "tekort\nweg",
    "no longer\ndeprived",
)
CHANGE = Text(
    "M0",
    "M0",
)
CHANGE_IN_M0 = Text(
    "verandering in M0 (links: minder kansarmoede)",
    "change in M0 (left: less poverty)",
)
OFFICIAL = Text(
    "Vlaanderen: officiële index, per jaar",
    "Flanders: official index, by year",
)
SAMPLE = Text(
    "Deze gezinnen: H (n = {n})",
    "These families: H (n = {n})",
)
OF_BIRTHS = Text(
    "aandeel van de geboorten in drie jaar",
    "share of the births in three years",
)
OF_FOLLOWED = Text(
    "aandeel van de opgevolgde gezinnen",
    "share of the followed families",
)
USUAL = Text(
    "standaardkeuzes",
    "default choices",
)
EQUIVALENT = Text(
    "gelijkwaardig",
    "equivalent",
)
NOT_EQUIVALENT = Text(
    "niet gelijkwaardig",
    "not equivalent",
)
SPECIFICATIONS = Text(
    "specificaties, van laag naar hoog (lijn: standaard)",
    "specifications, from low to high (line: default)",
)
NO_COMPARISON = Text(
    "Er zijn geen twee groepen om te vergelijken.",
    "There are no two groups to compare.",
)
DIFFERENCE_AXIS = Text(
    "verschil in standaardafwijkingen (rechts: opgevolgden hoger)",
    "difference in standard deviations (right: followed higher)",
)
SCORE = Text(
    "Kansarmoedescore (rechts: slechter)",
    "Kansarmoede score (right: worse)",
)
BY_PILOT = Text(
    "Per pilootproject, alle items",
    "By pilot project, all items",
)
BY_ITEM = Text(
    "Per item, alle pilootprojecten",
    "By item, all pilot projects",
)
CARRIED = Text(
    "overgen.",
    "carried",
)
FORWARD = Text(
    "Vooruit: van nulmeting naar opvolgmeting",
    "Forward: from baseline to follow-up",
)
BACKWARD = Text(
    "Terug: van opvolgmeting naar nulmeting",
    "Backward: from follow-up to baseline",
)
SCORE_AND_FAMILIES = Text(
    "score op de {moment} (gezinnen)",
    "score at {moment} (families)",
)
MEAN_CHANGE = Text(
    "gemiddelde verandering",
    "mean change",
)
FROM_DOMAIN = Text(
    "Kansarm vanaf {k} domein",
    "Poor from {k} domain",
)
FROM_DOMAINS = Text(
    "Kansarm vanaf {k} domeinen",
    "Poor from {k} domains",
)
POINTS = Text(
    "pp = procentpunt",
    "pp = percentage points",
)
FAMILIES_PER_GROUP = Text(
    "opgevolgde gezinnen per groep",
    "followed families per group",
)
CHANCE_OF_FINDING = Text(
    "kans om het verschil te vinden",
    "chance of finding the difference",
)
NO_DIFFERENCE = Text(
    "geen verschil",
    "no difference",
)
NOT_FEASIBLE = Text(
    "{net} niet te simuleren",
    "{net} cannot be simulated",
)
TARGET = Text(
    "doel",
    "target",
)
DIFFERENCE = Text(
    "verschil,\nprocentpunt",
    "difference,\n% points",
)
NET_UPWARDS = Text(
    "netto-aandeel (boven nul: meer vooruit)",
    "net share (above zero: more improved)",
)
OF_PILOT = Text(
    "opgevolgde gezinnen in het pilootproject",
    "followed families in the pilot project",
)
LIMITS = Text(
    "grenzen van het toeval, {chance}",
    "limits of chance, {chance}",
)
ALL_TOGETHER = Text(
    "alle gezinnen samen",
    "all families together",
)
ONE_PILOT = Text(
    "Er zijn geen twee pilootprojecten met opgevolgde gezinnen om te vergelijken.",
    "There are no two pilot projects with followed families to compare.",
)
