"""The sentences that `_conclusions` fills in: what can and what cannot be concluded from a figure."""

from helpers.definitions import Text

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
    "Vanaf score 6 kan een gezin niet verder achteruit, vanaf 0 niet verder vooruit; bovendien zakt een "
    "hoge score gemiddeld ook zonder verandering (regressie naar het gemiddelde, zie de pagina over "
    "robuustheid).",
    "From a score of 6 a family cannot decline, from 0 it cannot improve; besides, a high score falls on "
    "average without any change (regression to the mean, see the page on robustness).",
)
PILOTS_NOT_TESTED = Text(
    "Per pilootproject zijn het {families}; verschillen tussen pilootprojecten zijn hier niet getoetst, en "
    "kunnen ook van hun doelgroep, caseload en werkwijze komen.",
    "Per pilot project there are {families}; differences between pilots are not tested here, and may also "
    "come from their target group, caseload and way of working.",
)
DOMAINS = Text(
    "Welke items voor een domein staan, is onze keuze; een strengere of ruimere lezing geeft andere "
    "aandelen (zie de pagina over robuustheid).",
    "Which items stand for a domain is our choice; a stricter or looser reading gives other shares (see "
    "the page on robustness).",
)
SPLIT = Text(
    "De splitsing is een optelling: ze zegt op welke domeinen M0 veranderde, niet waardoor.",
    "The split is an addition: it says in which domains M0 changed, not why.",
)
MORE = Text(
    "Bij {who} gaat het vaker vooruit dan achteruit: {certainty} (netto {net}, {interval}, "
    "gezinstoets {p}); ",
    "Among {who} improvement outnumbers decline: {certainty} (net {net}, {interval}, family test {p}); ",
)
FEWER = Text(
    "Bij {who} gaat het vaker achteruit dan vooruit: {certainty} (netto {net}, {interval}, "
    "gezinstoets {p}); ",
    "Among {who} decline outnumbers improvement: {certainty} (net {net}, {interval}, family test {p}); ",
)
UNDECIDED = Text(
    "Of zulke {who} vaker vooruit dan achteruit gaan, is met deze aantallen niet uit te maken (netto "
    "{net}, {interval}, gezinstoets {p}); ",
    "Whether such {who} improve more often than they decline cannot be told from these numbers (net "
    "{net}, {interval}, family test {p}); ",
)
CERTAIN = {
    "clear": Text("duidelijk", "clear"),
    "indication": Text("een aanwijzing, niet meer", "an indication, no more"),
    "cannot_be_told": Text("niet uit te maken", "cannot be told"),
}
INTERVAL = Text("95 %-interval over gezinnen {low} tot {high}", "95% interval over families {low} to {high}")
NO_INTERVAL = Text("geen interval: er is maar één gezin", "no interval: there is one family only")
NARROW = Text("het interval is smaller dan de afronding", "the interval is narrower than the rounding")
ONE_FAMILY = Text(
    "Uit één gezin valt niets over andere gezinnen af te leiden; ",
    "One family says nothing about other families; ",
)
NOBODY_CROSSED = Text(
    "Geen enkel gezin ging kansarmoede in of uit; ",
    "No family moved into or out of poverty; ",
)
CROSSED = Text(
    "Er raken meer gezinnen {side}: {certainty} (verschil {net}, {interval}, gezinstoets {p}); ",
    "More families {side}: {certainty} (difference {net}, {interval}, family test {p}); ",
)
NOT_CROSSED = Text(
    "Of het aandeel kansarme gezinnen ook in het algemeen verandert, is met deze aantallen niet uit te "
    "maken (verschil {net}, {interval}, gezinstoets {p}); ",
    "Whether the share of poor families changes in general cannot be told from these numbers (difference "
    "{net}, {interval}, family test {p}); ",
)
NOBODY_MOVED = Text(
    "Niemand ging vooruit of achteruit; ",
    "Nobody improved or declined; ",
)
OUTWARDS = Text(
    "uit kansarmoede dan erin",
    "leave poverty than enter it",
)
INWARDS = Text(
    "in kansarmoede dan eruit",
    "enter poverty than leave it",
)
