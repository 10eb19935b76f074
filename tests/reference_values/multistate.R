# Reference values for tests/test_multistate.py: rates forward and back in continuous time, by R's msm.
#
#   Rscript tests/reference_values/multistate.R        (packages msm, jsonlite)
#
# Reads multistate_spans.csv beside this file (outcome, family, before, after, days, first, spans: how many
# times two registrations followed each other so; of tests/data/export-0.3, written by tests/plain_study.py).
# Writes multistate.json: of each outcome, as a panel (obstype 1) and with exact times (obstype 2), the log
# likelihood of msm at its summit, the parameters and the quantities with their intervals; and the versions.
#
# The model is none of msm's own forms: two rates and a weight of levels further away. So msm gives the
# likelihood of the generator that these make (fixedpars), and optim looks for its summit. Where levels go one
# by one (the weight is 0) it is a birth-death process, which msm also fits by itself (qconstraint). Scores of
# families are differences of log likelihoods, the curvature is optimHess's: nothing is derived by hand.

suppressPackageStartupMessages(library(msm))

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)[1]))
all <- read.csv(file.path(here, "multistate_spans.csv"))
DAYS <- 30.4375
NEVER <- 1e-6

generator <- function(forward, back, further, levels) {
  q <- matrix(0, levels, levels)
  for (i in seq_len(levels)) for (j in seq_len(levels)[-i]) {
    same_way <- if (j > i) levels - i else i - 1
    q[i, j] <- (if (j > i) forward else back) * further^(abs(j - i) - 1) / sum(further^(seq_len(same_way) - 1))
  }
  diag(q) <- -rowSums(q)
  q
}

# Two rows a span, as a subject of its own.
as_subjects <- function(spans) {
  n <- nrow(spans)
  data.frame(subject = rep(seq_len(n), each = 2), months = c(rbind(0, spans$days / DAYS)),
             state = c(rbind(spans$from, spans$to)))
}

loglik <- function(q, data, exact) {
  fit <- msm(state ~ months, subject = subject, data = data, qmatrix = q, obstype = if (exact) 2 else 1, fixedpars = TRUE)
  -fit$minus2loglik / 2
}

# Log likelihood of each span by msm's matrix exponential, for the scores of families.
each <- function(theta, spans, levels, exact) {
  q <- generator(exp(theta[1]), exp(theta[2]), theta[3], levels)
  months <- spans$days / DAYS
  if (exact) {
    moved <- spans$from != spans$to
    return(diag(q)[spans$from] * months + ifelse(moved, log(pmax(q[cbind(spans$from, spans$to)], 1e-300)), 0))
  }
  times <- unique(months)
  p <- lapply(times, function(t) MatrixExp(q, t = t))
  mapply(function(at, i, j) log(p[[at]][i, j]), match(months, times), spans$from, spans$to)
}

of_outcome <- function(outcome, exact) {
  spans <- all[all$outcome == outcome, ]
  levels <- if (outcome == "score") 7 else 5
  for (side in c("before", "after")) {
    spans[[if (side == "before") "from" else "to"]] <- if (outcome == "score") 7 - spans[[side]] else spans[[side]]
  }
  spans <- spans[rep(seq_len(nrow(spans)), spans$spans), ]
  data <- as_subjects(spans)
  value <- function(theta) -loglik(generator(exp(theta[1]), exp(theta[2]), theta[3], levels), data, exact)
  found <- optim(c(-3, -3, 0.2), value, method = "L-BFGS-B", lower = c(-8, -8, NEVER), upper = c(3, 3, 1),
                 control = list(factr = 10, ndeps = rep(1e-5, 3)))
  theta <- found$par
  unknown <- if (theta[3] < 2 * NEVER) 1:2 else 1:3  # at the end, levels go one by one
  put <- function(x) replace(theta, unknown, x)
  curve <- optimHess(theta[unknown], function(x) value(put(x)), control = list(ndeps = rep(1e-4, length(unknown))))
  scores <- sapply(unknown, function(k) {
    h <- replace(numeric(3), k, 1e-5)
    slope <- (each(theta + h, spans, levels, exact) - each(theta - h, spans, levels, exact)) / 2e-5
    tapply(slope, spans$family, sum)
  })
  m <- nrow(scores)
  spread <- matrix(0, 3, 3)
  spread[unknown, unknown] <- m / (m - 1) * solve(curve) %*% crossprod(scores) %*% solve(curve)
  t <- qt(0.975, length(unique(spans$family[spans$from != spans$to])) - 1)
  began <- tabulate(spans$from[spans$first == 1], levels)
  began <- began / sum(began)

  # Quantities on the scale of their interval, and their derivatives by differences.
  scales <- list(forward = log, back = log, ratio = log, sojourn = log)
  inverse <- list(forward = exp, back = exp, ratio = exp, sojourn = exp)
  for (way in c("forward", "back")) for (months in c(3, 6, 9)) {
    scales[[paste0(way, "_", months)]] <- qlogis
    inverse[[paste0(way, "_", months)]] <- plogis
  }
  quantities <- function(theta) {
    a <- exp(theta[1]); b <- exp(theta[2])
    q <- generator(a, b, theta[3], levels)
    found <- c(forward = a, back = b, ratio = a / b, sojourn = 1 / (a + b))
    for (months in c(3, 6, 9)) {
      p <- MatrixExp(q, t = round(months * DAYS) / DAYS)
      found[paste0("forward_", months)] <- sum(began * p * upper.tri(p))
      found[paste0("back_", months)] <- sum(began * p * lower.tri(p))
    }
    found
  }
  on_scale <- function(theta) {
    found <- quantities(theta)
    sapply(names(scales), function(name) scales[[name]](found[[name]]))
  }
  slopes <- sapply(1:3, function(k) {
    if (!k %in% unknown) return(numeric(length(scales)))
    h <- replace(numeric(3), k, 1e-5)
    (on_scale(theta + h) - on_scale(theta - h)) / 2e-5
  })
  error <- sqrt(diag(slopes %*% spread %*% t(slopes)))
  middle <- on_scale(theta)
  told <- lapply(names(scales), function(name) {
    back_to <- inverse[[name]]
    at <- middle[[name]]
    half <- t * error[[match(name, names(scales))]]
    list(value = back_to(at), low = back_to(at - half), high = back_to(at + half))
  })
  names(told) <- names(scales)
  message(outcome, if (exact) " exact" else " panel")
  found <- list(loglik = -value(theta), further = theta[3], quantities = told)
  if (length(unknown) == 2) {  # msm by itself
    steps <- generator(0.05, 0.04, 0, levels)
    row <- rep(seq_len(levels), levels); column <- rep(seq_len(levels), each = levels)
    order <- order(row, column)
    way <- (column - row)[order]
    fit <- msm(state ~ months, subject = subject, data = data, qmatrix = steps, obstype = if (exact) 2 else 1,
               qconstraint = ifelse(way[abs(way) == 1] == 1, 1, 2), control = list(reltol = 1e-13, fnscale = 1000))
    q <- qmatrix.msm(fit, ci = "none")
    found$birth_death <- list(forward = q[1, 2], back = q[2, 1], loglik = -fit$minus2loglik / 2)
  }
  found
}

outcomes <- unique(all$outcome)
values <- lapply(outcomes, function(outcome) {
  list(panel = of_outcome(outcome, FALSE), exact = of_outcome(outcome, TRUE))
})
names(values) <- outcomes
versions <- list(R = as.character(getRversion()), msm = as.character(packageVersion("msm")),
                 jsonlite = as.character(packageVersion("jsonlite")))
writeLines(jsonlite::toJSON(list(versions = versions, outcomes = values), auto_unbox = TRUE, digits = 12, pretty = TRUE),
           file.path(here, "multistate.json"))
