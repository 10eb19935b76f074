# Reference values for tests/test_reference_inference.py: what takes families into account, computed by R.
#
#   Rscript tests/reference_values/inference.R   (packages coin, geepack, survey, MASS, sandwich, jsonlite)
#
# Writes inference.json beside this file: for each case its persons, the values, and the versions of R and of
# the packages. A case is a list of persons: family, level at baseline, level at follow-up. What each value
# comes from stands above its function. The closed-form tests without families are in closed_form.R.

suppressPackageStartupMessages({
  library(coin)
  library(geepack)
  library(survey)
})

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)[1]))
set.seed(20230930, kind = "Mersenne-Twister", sample.kind = "Rejection")

# Cases ---------------------------------------------------------------------------------------------------

# `together` is the chance that a child follows the direction of its family instead of one of its own
draw <- function(sizes, levels = 1:5, together = 0.8, up = 0.35, down = 0.2) {
  family <- rep(seq_along(sizes), sizes)
  way <- function(n) sample(c(1, -1, 0), n, replace = TRUE, prob = c(up, down, 1 - up - down))
  step <- ifelse(runif(length(family)) < together, way(length(sizes))[family], way(length(family)))
  from <- sample(seq_along(levels), length(family), replace = TRUE, prob = rev(seq_along(levels)))
  to <- pmin(length(levels), pmax(1, from + step * sample(c(1, 1, 2), length(family), replace = TRUE)))
  data.frame(family = family, baseline = levels[from], follow_up = levels[to])
}

opposed <- data.frame( # two children that cross over, a family that moves together, one that stays
  family    = c(1, 1, 2, 2, 2, 3, 4, 5, 5),
  baseline  = c(1, 3, 2, 2, 2, 4, 5, 3, 3),
  follow_up = c(3, 1, 4, 4, 3, 4, 3, 4, 5)
)
cases <- list(
  opposed = opposed,
  few = draw(c(3, 1, 4, 2, 2, 1, 3, 2), up = 0.7, down = 0.1),
  singles = draw(rep(1, 60), up = 0.4, down = 0.15),
  two_levels = draw(sample(1:4, 30, replace = TRUE), levels = c(2, 4), up = 0.6, down = 0.1),
  clustered = draw(sample(1:5, 25, replace = TRUE)),
  study = draw(sample(c(1, 1, 2, 2, 3, 4), 56, replace = TRUE), up = 0.3, down = 0.25),
  still = data.frame(family = 1:4, baseline = c(1, 3, 3, 5), follow_up = c(1, 3, 3, 5))
)

# Marginal homogeneity and symmetry by permutation ----------------------------------------------------------

levels5 <- function(x) factor(x, levels = 1:5)
matrix_of <- function(persons) unclass(table(levels5(persons$baseline), levels5(persons$follow_up)))

homogeneity <- function(m) { # d' V^- d, by the generalised inverse of MASS
  d <- rowSums(m) - colSums(m)
  v <- diag(rowSums(m) + colSums(m)) - m - t(m)
  if (qr(v)$rank == 0) 0 else drop(d %*% MASS::ginv(v) %*% d)
}
symmetry <- function(m) {
  pairs <- upper.tri(m) & (m + t(m) > 0)
  sum((m[pairs] - t(m)[pairs])^2 / (m + t(m))[pairs])
}

# The two moments of whole families swapped: every way there is, up to 2^13, else 20,000 of them at random
by_families <- function(persons) {
  by_family <- lapply(split(persons, persons$family), matrix_of)
  moves <- Filter(function(m) any(m != t(m)), by_family) # a swap of the others changes nothing
  stays <- Reduce(`+`, setdiff(by_family, moves), accumulate = FALSE, matrix(0, 5, 5))
  total <- matrix_of(persons)
  exact <- length(moves) <= 13
  swaps <- if (exact) as.matrix(expand.grid(rep(list(0:1), length(moves)))) else
    matrix(sample(0:1, 20000 * length(moves), replace = TRUE), ncol = length(moves))
  difference <- lapply(moves, function(m) t(m) - m)
  observed <- c(homogeneity(total), symmetry(total))
  at_least <- apply(swaps, 1, function(swap) {
    m <- total + Reduce(`+`, difference[swap == 1], matrix(0, 5, 5))
    c(homogeneity(m), symmetry(m)) >= observed - 1e-9
  })
  share <- if (length(moves)) rowMeans(at_least) else c(1, 1)
  list(
    moving_families = length(moves), exact = exact, swaps = nrow(swaps),
    homogeneity_p = share[1], symmetry_p = share[2]
  )
}

# coin swaps the moments of persons, not of families: the same test where every family is one person
by_persons <- function(persons) {
  m <- matrix_of(persons)
  occurs <- rowSums(m) + colSums(m) > 0
  x <- as.table(m[occurs, occurs])
  dimnames(x) <- list(baseline = which(occurs), follow_up = which(occurs))
  draws <- 200000
  test <- suppressWarnings(mh_test(x, distribution = approximate(nresample = draws)))
  list(chi2 = as.numeric(statistic(test)), p = as.numeric(pvalue(test)), draws = draws)
}

# GEE -----------------------------------------------------------------------------------------------------

long <- function(persons) {
  n <- nrow(persons)
  both <- data.frame(
    family = rep(persons$family, each = 2),
    later = rep(0:1, n),
    level = c(rbind(persons$baseline, persons$follow_up))
  )
  both[order(both$family), ]
}
wald <- function(b, se) list(log_odds = b, se = se, low = b - qnorm(0.975) * se, high = b + qnorm(0.975) * se,
                             p = 2 * pnorm(-abs(b / se)))

# (a) geeglm on the stacked indicators level > cut, a cut being each level that occurs but the highest, with
#     working independence of all indicators of a family: the equations that statsmodels' OrdinalGEE solves. The
#     covariance is that of Mancl & DeRouen (2001), written out: the residuals of a family are divided by one less
#     its leverage. Without that it is the one of geepack and of sandwich, which is checked here
stacked <- function(both) {
  cuts <- head(sort(unique(both$level)), -1)
  z <- do.call(rbind, lapply(cuts, function(cut) transform(both, cut = cut, above = as.numeric(level > cut))))
  z <- z[order(z$family), ]
  formula <- if (length(cuts) > 1) above ~ factor(cut) + later else above ~ later
  by_geepack <- geeglm(formula, id = family, data = z, family = binomial, corstr = "independence",
                       control = geese.control(epsilon = 1e-12, maxit = 100))
  fit <- glm(formula, data = z, family = binomial, control = list(epsilon = 1e-14, maxit = 100))
  stopifnot(all.equal(coef(fit), coef(by_geepack), tolerance = 1e-8))
  plain <- sandwich::vcovCL(fit, cluster = z$family, type = "HC0", cadjust = FALSE)
  stopifnot(all.equal(unname(plain), unname(by_geepack$geese$vbeta), tolerance = 1e-6))
  wald(unname(coef(by_geepack)["later"]), sqrt(mancl_derouen(fit, z$family)["later", "later"]))
}
mancl_derouen <- function(fit, family) {
  x <- model.matrix(fit)
  mu <- fitted(fit)
  naive <- solve(t(x) %*% (x * (mu * (1 - mu))))
  scores <- sapply(split(seq_along(family), family), function(rows) {
    d <- x[rows, , drop = FALSE] * (mu * (1 - mu))[rows]
    v <- diag((1 / (mu * (1 - mu)))[rows], length(rows))
    leverage <- d %*% naive %*% t(d) %*% v
    t(d) %*% v %*% solve(diag(length(rows)) - leverage, (fit$y - mu)[rows])
  })
  naive %*% scores %*% t(scores) %*% naive
}

# (b) the proportional odds model by maximum likelihood (polr), with the covariance of the scores of families
#     (sandwich): it weighs the indicators of one answer as nested ones, so it differs slightly from (a)
likelihood <- function(both) {
  fit <- MASS::polr(factor(level) ~ later, data = both, Hess = TRUE, control = list(reltol = 1e-14, maxit = 1000))
  wald(unname(coef(fit)["later"]),
       sqrt(sandwich::vcovCL(fit, cluster = both$family, type = "HC0", cadjust = FALSE)["later", "later"]))
}

# (c) ordgee. With two levels it gives what geeglm gives. With more it does not give what (b) gives, though
#     with working independence it should: the covariance of I(y > j) and I(y > k) has the smaller of their
#     two expectations in it, and ordgee behaves as if it were the larger. `larger` solves the equations with
#     that covariance, without families or working correlation, and reproduces the estimate of ordgee.
ordinal <- function(both) {
  both$level <- factor(both$level, levels = sort(unique(both$level)), ordered = TRUE)
  fit <- ordgee(level ~ later, id = family, data = both, corstr = "independence",
                control = geese.control(epsilon = 1e-10, maxit = 200))
  at <- length(fit$beta)
  wald(unname(fit$beta[at]), sqrt(fit$vbeta[at, at]))
}
equations <- function(both, joint) { # joint: the expectation of both indicators at once, from the two single ones
  cuts <- head(sort(unique(both$level)), -1)
  above <- outer(both$level, cuts, ">")
  b <- c(qlogis(colMeans(above)), 0)
  for (step in 1:200) {
    score <- 0
    information <- 0
    for (later in 0:1) {
      x <- cbind(diag(length(cuts)), later)
      e <- plogis(drop(x %*% b))
      v <- joint(e) - outer(e, e)
      diag(v) <- e * (1 - e)
      d <- x * (e * (1 - e))
      rows <- both$later == later
      score <- score + t(d) %*% solve(v, colSums(above[rows, , drop = FALSE]) - sum(rows) * e)
      information <- information + sum(rows) * t(d) %*% solve(v, d)
    }
    change <- drop(solve(information, score))
    b <- b + change
    if (max(abs(change)) < 1e-10) return(unname(b[length(b)]))
  }
  NA
}
gee <- function(persons) {
  both <- long(persons)
  two <- length(unique(both$level)) == 2
  c(
    list(stacked = stacked(both)),
    if (two) list(ordgee = ordinal(both)) else list(likelihood = likelihood(both)),
    if (!two && !anyDuplicated(persons$family)) list(
      ordgee_log_odds = ordinal(both)$log_odds,
      larger = equations(both, function(e) outer(e, e, pmax)),
      smaller = equations(both, function(e) outer(e, e, pmin))
    )
  )
}

# Net shares ----------------------------------------------------------------------------------------------

net_of <- function(persons) data.frame(family = persons$family, net = sign(persons$follow_up - persons$baseline))
# Difference of the net shares of two groups of families: survey, families as primary sampling units within
# two strata, linearised variance, t with as many degrees of freedom as families less two
difference <- function(one, other) {
  both <- rbind(cbind(net_of(one), group = "one"), cbind(net_of(other), group = "other"))
  both$unit <- paste(both$group, both$family)
  design <- svydesign(ids = ~unit, strata = ~group, weights = ~1, data = both)
  nets <- svyby(~net, ~group, design, svymean, covmat = TRUE)
  found <- svycontrast(nets, c(one = 1, other = -1))
  df <- degf(design)
  list(difference = as.numeric(coef(found)), se = as.numeric(SE(found)), df = df,
       p = 2 * pt(-abs(as.numeric(coef(found)) / as.numeric(SE(found))), df))
}

pairs <- list(c("clustered", "study"), c("study", "clustered"), c("few", "opposed"), c("singles", "two_levels"))
differences <- lapply(pairs, function(pair) c(
  list(one = pair[1], other = pair[2]), difference(cases[[pair[1]]], cases[[pair[2]]])
))

# Benjamini-Hochberg: p.adjust ------------------------------------------------------------------------------

p <- list(c(0.0801, 0.001, 1, 0.04, 0.04, NA, 0.6, 0.0002), c(0.3, 0.3, 0.9), c(NA, 0.02), runif(45)^2)
adjusted <- lapply(p, function(x) list(p = x, bh = p.adjust(x, "BH"), holm = p.adjust(x, "holm")))

# Write ---------------------------------------------------------------------------------------------------

results <- lapply(names(cases), function(name) {
  persons <- cases[[name]]
  moved <- any(persons$baseline != persons$follow_up)
  list(
    persons = as.list(persons),
    by_families = by_families(persons),
    by_persons = if (!anyDuplicated(persons$family) && moved) by_persons(persons),
    gee = if (nrow(persons) > 50) gee(persons)
  )
})
versions <- c(
  list(R = R.version.string),
  sapply(c("coin", "geepack", "survey", "MASS", "sandwich", "jsonlite"),
         function(p) as.character(packageVersion(p)), simplify = FALSE)
)
result <- list(versions = versions, cases = setNames(results, names(cases)), differences = differences,
               adjusted = adjusted)
json <- jsonlite::toJSON(result, digits = NA, auto_unbox = TRUE, na = "null", null = "null", pretty = 1)
json <- gsub("\\[\\s+([^][{}]*?)\\s+\\]", "[\\1]", json, perl = TRUE) # one vector on one line
json <- gsub("(?<=[0-9l]),\\s+(?=-?[0-9n])", ", ", json, perl = TRUE)
writeLines(json, file.path(here, "inference.json"))
