"""The words that stand in figures themselves; the words for values come from the reference files."""

from helpers.codebook import Text

SHARE = Text("aandeel", "share")
SHARE_OF_FAMILIES = Text("aandeel van de gezinnen", "share of families")
SHARE_OF_CHILDREN = Text("aandeel van de kinderen", "share of children")
FAMILIES = Text("gezinnen", "families")
CHILDREN = Text("kinderen", "children")
AGE = Text("leeftijd in jaren", "age in years")
WORST = Text("slechtst", "worst")
BEST = Text("best", "best")
LEVEL = Text("niveau", "level")
LEVEL_AT = Text("niveau op de {moment}", "level at {moment}")
SCORE_AT = Text("domeinen met een tekort op de {moment}", "deprived domains at {moment}")
EXCLUDED = Text("uitgesloten", "excluded")
APART = Text("apart gehouden", "kept apart")
NO_PAIRS = Text("geen paren", "no pairs")
NET = Text("netto", "net")
SHARE_OF_PAIRS = Text(
    "aandeel van de paren: links achteruit, rechts vooruit", "share of pairs: left declined, right improved"
)
DEPRIVED = Text("tekort", "deprived")
DEPRIVED_AND_POOR = Text("tekort en kansarm", "deprived and poor")
DEPRIVED_NOT_POOR = Text("tekort, niet kansarm", "deprived, not poor")
AND_POOR = Text("en kansarm", "and poor")
CONTRIBUTION = Text("in M0", "of M0")
INTO = Text("erin", "in")
OUT = Text("eruit", "out")
CHANGE = Text("M0", "M0")
CHANGE_IN_M0 = Text("verandering in M0 (links: minder kansarmoede)", "change in M0 (left: less poverty)")
OFFICIAL = Text("Vlaanderen: officiële index", "Flanders: official index")
SAMPLE = Text("Deze gezinnen: H", "These families: H")
