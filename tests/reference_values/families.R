# Reference values for tests/test_reference_inference.py: tests and intervals with families as units, by R.
#
#   Rscript tests/reference_values/families.R        (packages coin, sandwich, survey, jsonlite)
#
# Writes families.json beside this file: for each case its input, the values, and the versions of R and of the
# packages. What each value comes from stands above its function.

suppressPackageStartupMessages({
  library(coin)
  library(sandwich)
  library(survey)
})

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)[1]))
set.seed(20231128, kind = "Mersenne-Twister", sample.kind = "Rejection")
every_turn <- function(k) as.matrix(expand.grid(rep(list(c(1, -1)), k)))
numbers <- function(x) ifelse(is.finite(x), x, NA)

# Net shares ------------------------------------------------------------------------------------------------

# Families of one to four members that go up, down or nowhere; `together` is the chance that all go as one
draw <- function(families, up, down, together, sizes = 1:4) {
  n <- sample(sizes, families, replace = TRUE)
  way <- function(k) sample(c(1, -1, 0), k, replace = TRUE, prob = c(up, down, 1 - up - down))
  net <- sapply(n, function(k) if (runif(1) < together) k * way(1) else sum(way(k)))
  list(net = net, n = n)
}
nets <- list(
  worked = list(net = c(2, 2, -1, 0, 1, 3), n = c(2, 3, 1, 2, 1, 3)),
  headline = list(net = rep(c(1, -1, 0), c(22, 11, 23)), n = rep(1, 56)),
  exits = list(net = rep(c(1, 0), c(4, 52)), n = rep(1, 56)),
  six_one = list(net = rep(c(1, -1, 0), c(6, 1, 1)), n = rep(1, 8)),
  all_up = list(net = rep(1, 20), n = rep(1, 20)),
  nobody = list(net = rep(0, 21), n = rep(1, 21)),
  two = list(net = c(1, -1), n = c(1, 2)),
  few = draw(8, .5, .2, .5), pilot = draw(15, .3, .1, .8), rare = draw(40, .07, .02, .5),
  study = draw(56, .35, .2, .5), large = draw(200, .3, .24, .3), big = draw(30, .3, .1, .5, sizes = c(1, 1, 2, 12))
)

# The family test: coin's exact symmetry test of what a family moved against nothing, families as blocks
family_test <- function(net) {
  if (all(net == 0)) return(1)
  moved <- net[net != 0]
  data <- data.frame(y = c(moved, 0 * moved), moment = factor(rep(2:1, each = length(moved))),
                     family = factor(rep(seq_along(moved), 2)))
  as.numeric(pvalue(symmetry_test(y ~ moment | family, data = data, distribution = exact())))
}

# The interval: a weighted mean of the families' own net shares, two families added, with the variance HC3 of
# sandwich times (M - 1)/M, which is that of leaving out one family at a time
interval <- function(net, n) {
  s <- if (any(net != 0)) max(abs(net) / n) else 1
  data <- data.frame(y = c(net / n, s, -s), n = c(n, mean(n), mean(n)))
  fit <- lm(y ~ 1, weights = n, data = data)
  m <- nrow(data)
  without_one <- sapply(seq_len(m), function(i) weighted.mean(data$y[-i], data$n[-i]))
  variance <- vcovHC(fit, type = "HC3")[1, 1] * (m - 1) / m
  stopifnot(all.equal(variance, (m - 1) / m * sum((without_one - coef(fit))^2)))
  half <- qt(.975, max(1, sum(n)^2 / sum(n^2) - 1)) * sqrt(variance)
  pmax(-1, pmin(1, unname(coef(fit)) + c(-half, half)))
}

# Bonett & Price (2012), with t for z and n + 1 for n + 2 under the root, where each family counts once
bonett_price <- function(net) {
  n <- length(net)
  b <- (sum(net > 0) + 1) / (n + 2)
  c <- (sum(net < 0) + 1) / (n + 2)
  half <- qt(.975, n - 1) * sqrt((b + c - (b - c)^2) / (n + 1))
  pmax(-1, pmin(1, b - c + c(-half, half)))
}
net_shares <- lapply(nets, function(x) c(
  x, list(family_p = family_test(x$net), interval = interval(x$net, x$n)),
  if (all(x$n == 1)) list(bonett_price = bonett_price(x$net))
))

# Many items at once: step-down maxT over every turn there is ---------------------------------------------------

items <- sapply(1:6, function(i) draw(11, .35, .15, .5)$net) + outer(sample(c(0, 1), 11, replace = TRUE), c(1, 1, 0, 0, 0, 0))
items <- cbind(items, 0)
turned <- abs(every_turn(nrow(items)) %*% items)
spread <- sqrt(colSums(items^2))
t_of <- function(sums) ifelse(spread > 0, sums / spread, 0)
observed <- t_of(abs(colSums(items)))
values <- t(apply(turned, 1, t_of))
order_of <- order(-observed)
step_down <- numeric(ncol(items))
for (j in seq_along(order_of)) {
  behind <- values[, order_of[j:length(order_of)], drop = FALSE]
  step_down[order_of[j]] <- mean(apply(behind, 1, max) >= observed[order_of[j]] - 1e-9)
}
step_down[order_of] <- cummax(step_down[order_of])
max_t <- list(net = items, p = step_down, families_p = apply(items, 2, family_test))

# Many specifications: the median net share over every turn there is ---------------------------------------------

specifications <- t(sapply(1:9, function(i) sign(items[, 1] + sample(c(-1, 0, 0, 0, 1), 11, replace = TRUE))))
has <- c(11, 11, 10, 11, 9, 11, 11, 10, 11)
specifications[3, 11] <- 0; specifications[5, 10:11] <- 0; specifications[8, 2] <- 0
medians <- apply(every_turn(11) %*% t(specifications), 1, function(sums) median(sums / has))
curve <- list(
  moves = specifications, families = has, median = median(rowSums(specifications) / has),
  p = mean(abs(medians) >= abs(median(rowSums(specifications) / has)) - 1e-12)
)

# Shares of persons ---------------------------------------------------------------------------------------------

# Variance and design effect by survey, families as primary sampling units; Wilson by prop.test of n* persons
share <- function(y, n) {
  m <- length(n)
  p <- sum(y) / sum(n)
  persons <- data.frame(family = rep(seq_len(m), n), on = unlist(Map(function(y, n) rep(1:0, c(y, n - y)), y, n)))
  se <- as.numeric(SE(svymean(~on, svydesign(ids = ~family, weights = ~1, data = persons))))
  effect <- if (p > 0 && p < 1) se^2 / (p * (1 - p) / sum(n)) else sum(n^2) / sum(n)
  effective <- sum(n) / max(1, effect * (qt(.975, m - 1) / qnorm(.975))^2)
  ends <- suppressWarnings(prop.test(p * effective, effective, correct = FALSE))$conf.int
  list(y = y, n = n, share = p, design_effect = effect, low = ends[1], high = ends[2])
}
sizes <- sample(1:6, 40, replace = TRUE)
shares <- list(
  share(c(3, 0, 1, 2), c(5, 2, 1, 2)), share(c(0, 0, 0, 0), c(5, 2, 1, 2)), share(c(5, 2, 1, 2), c(5, 2, 1, 2)),
  share(rbinom(40, sizes, .3), sizes), share(sizes * rbinom(40, 1, .3), sizes), share(rbinom(40, 1, .2), rep(1, 40)),
  share(c(1, 1, 1), c(2, 2, 2))
)

# H, A and M0 -----------------------------------------------------------------------------------------------------

poverty <- function(before, after, k) {
  n <- length(before)
  censored <- function(score) ifelse(score >= k, score, 0) / 6
  c0 <- censored(before)
  c1 <- censored(after)
  moment <- function(x) {
    poor <- x > 0
    ends <- function(x) if (length(x) > 1 && sd(x) > 0) pmax(0, pmin(1, t.test(x)$conf.int)) else c(NA, NA)
    list(
      H = list(value = mean(poor), se = sd(poor) / sqrt(n), interval = suppressWarnings(prop.test(sum(poor), n, correct = FALSE))$conf.int[1:2]),
      A = list(value = numbers(mean(x[poor])), se = sd(x[poor]) / sqrt(sum(poor)), interval = ends(x[poor])),
      M0 = list(value = mean(x), se = sd(x) / sqrt(n), interval = ends(x))
    )
  }
  paired <- function(d, unit) list(
    change = mean(d), se = sd(d) / sqrt(n), interval = interval(d, rep(1, n)), p = family_test(round(unit * d))
  )
  # the change of A: delta method over families by survey's svycontrast; every turn there is of the families that moved
  intensity <- function(a, b) if (any(a > 0) && any(b > 0)) mean(b[b > 0]) - mean(a[a > 0]) else NA
  data <- data.frame(c0, c1, q0 = 1 * (c0 > 0), q1 = 1 * (c1 > 0))
  totals <- svytotal(~ c0 + c1 + q0 + q1, svydesign(ids = ~1, weights = ~1, data = data))
  contrast <- svycontrast(totals, quote(c1 / q1 - c0 / q0))
  change <- intensity(c0, c1)
  half <- qt(.975, n - 1) * as.numeric(SE(contrast))
  moved <- which(c0 != c1)
  extreme <- apply(every_turn(length(moved)), 1, function(turn) {
    a <- c0
    b <- c1
    turned <- moved[turn < 0]
    a[turned] <- c1[turned]
    b[turned] <- c0[turned]
    d <- intensity(a, b)
    !is.na(d) && abs(d) >= abs(change) - 1e-12
  })
  headcount <- c(mean(c0 > 0), mean(c1 > 0))
  a <- c(mean(c0[c0 > 0]), mean(c1[c1 > 0]))
  first <- c((headcount[2] - headcount[1]) * a[1], headcount[2] * (a[2] - a[1])) # H changes first, then A
  last <- c((headcount[2] - headcount[1]) * a[2], headcount[1] * (a[2] - a[1])) # A changes first, then H
  list(
    baseline = before, follow_up = after, cutoff = k, moments = list(moment(c0), moment(c1)),
    H = paired((c1 > 0) - (c0 > 0), 1), M0 = paired(c1 - c0, 6),
    A = list(change = change, se = as.numeric(SE(contrast)), interval = change + c(-half, half), p = mean(extreme)),
    shapley = (first + last) / 2
  )
}
scores <- function(n) {
  before <- sample(0:6, n, replace = TRUE, prob = c(1, 2, 3, 4, 4, 3, 1))
  moves <- sample(c(-2, -1, -1, 0, 1), n, replace = TRUE) * (seq_len(n) <= 13) # at most 2^13 turns
  list(before, pmax(0, pmin(6, before + moves)))
}
measures <- unlist(lapply(c(14, 30, 56), function(n) {
  drawn <- scores(n)
  lapply(c(2, 3, 4), function(k) poverty(drawn[[1]], drawn[[2]], k))
}), recursive = FALSE)

# Followed and lost ---------------------------------------------------------------------------------------------

lost_cases <- lapply(c(40, 79), function(n) {
  score <- sample(0:6, n, replace = TRUE)
  alone <- rbinom(n, 1, .4)
  followed <- rbinom(n, 1, plogis(1.2 - .2 * score + .5 * alone)) == 1
  move <- sample(c(1, -1, 0), n, replace = TRUE, prob = c(.4, .2, .4))
  fit <- glm(followed ~ score + alone, family = binomial, control = list(epsilon = 1e-14))
  weight <- 1 / fitted(fit)[followed]
  # standardised differences of five aspects of up to three persons a family, some unknown
  persons <- lapply(1:5, function(j) lapply(seq_len(n), function(f) sample(c(1:5, NA), sample(1:3, 1), replace = TRUE)))
  sums <- function(x) t(sapply(seq_len(n), function(f) sapply(persons, function(aspect) sum(x(aspect[[f]]), na.rm = TRUE))))
  difference <- sapply(persons, function(aspect) {
    a <- na.omit(unlist(aspect[followed]))
    b <- na.omit(unlist(aspect[!followed]))
    (mean(a) - mean(b)) / sqrt((var(a) + var(b)) / 2)
  })
  list(
    score = score, alone = alone, followed = followed, move = move,
    weighted = sum(weight * move[followed]) / sum(weight), n = sums(function(x) !is.na(x)), total = sums(identity),
    squares = sums(function(x) x^2), difference = difference
  )
})

# Families to register: prop.test ---------------------------------------------------------------------------------

register <- lapply(list(c(200, 56, 85, 1, 0), c(317, 56, 85, 18, .02), c(120, 9, 10, 1, .5), c(64, 3, 3, 4, .1)), function(x) {
  share <- c(x[2] / x[3], rev(suppressWarnings(prop.test(x[2], x[3], correct = FALSE))$conf.int))
  list(needed = x[1], followed = x[2], in_time = x[3], per_coach = x[4], icc = x[5],
       registered = ceiling(x[1] * (1 + (x[4] - 1) * x[5]) / share))
})

# Coaches in the place of families ----------------------------------------------------------------------------------

# Families with the code of a coach, which names one within an organisation, or none: the sums of each coach's
# families by rowsum, and on these the test and the interval above
coaches_of <- function(families, codes, organisations, without, sizes) {
  x <- draw(families, .45, .15, .6, sizes)
  coach <- sample(codes, families, replace = TRUE)
  organisation <- organisations[sample.int(length(organisations), families, replace = TRUE)]
  coach[seq_len(without)] <- NA
  cluster <- ifelse(is.na(coach), paste("alone", seq_len(families)), paste(organisation, coach))
  sums <- rowsum(cbind(net = x$net, n = x$n), cluster)
  list(
    net = x$net, n = x$n, coach = coach, organisation = organisation,
    coaches = length(unique(cluster[!is.na(coach)])), share = sum(sums[, "net"]) / sum(sums[, "n"]),
    family_p = family_test(sums[, "net"]), interval = interval(sums[, "net"], sums[, "n"])
  )
}
coaches <- list(
  score = coaches_of(56, 1:3, 1:5, 0, c(1, 1)),
  stress_parents = coaches_of(60, 1:4, 1:3, 6, 1:2),
  stress_children = coaches_of(40, 1:6, 1:2, 12, 1:4),
  care = coaches_of(80, 1:20, 1, 0, 1:4),
  youth_care = coaches_of(30, 1:3, 1:3, 5, 1:3) # fewer than ten coaches
)

# Write ---------------------------------------------------------------------------------------------------------

versions <- c(
  list(R = R.version.string),
  sapply(c("coin", "sandwich", "survey", "jsonlite"), function(p) as.character(packageVersion(p)), simplify = FALSE)
)
result <- list(versions = versions, net_shares = net_shares, max_t = max_t, curve = curve, shares = shares,
               poverty = measures, lost = lost_cases, register = register, coaches = coaches)
json <- jsonlite::toJSON(result, digits = NA, auto_unbox = TRUE, na = "null", null = "null", pretty = 1)
json <- gsub("\\[\\s+([^][{}]*?)\\s+\\]", "[\\1]", json, perl = TRUE) # one vector on one line
json <- gsub("(?<=[0-9le]),\\s+(?=-?[0-9ntf])", ", ", json, perl = TRUE)
writeLines(json, file.path(here, "families.json"))
