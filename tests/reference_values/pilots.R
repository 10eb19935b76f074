# Reference values for tests/test_pilots.py: families allotted to groups by lot, computed by R.
#
#   Rscript tests/reference_values/pilots.R        (package jsonlite)
#
# Writes pilots.json beside this file. Exact conditional tests of 2 x 2 x K tables: mantelhaen.test(exact = TRUE);
# of one table with two or more groups: fisher.test does not give our statistics, so chisq.test(simulate.p.value)
# gives Pearson's chi-squared with a simulated p, its margins fixed, which for families of one pair is the same
# reference distribution; and the distribution of improved less declined in a draw without replacement: dhyper.

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)[1]))

# Cases of a group within strata ---------------------------------------------------------------------------

strata <- list(
  list(cases = c(5, 17), families = c(20, 36), sizes = c(9, 9), observed = 7),
  list(cases = c(3, 12, 7), families = c(6, 25, 25), sizes = c(1, 6, 8), observed = 8),
  list(cases = c(10), families = c(30), sizes = c(12), observed = 1),
  list(cases = c(4, 6, 2, 9), families = c(10, 12, 9, 20), sizes = c(5, 3, 4, 10), observed = 15)
)
table_of <- function(case) {
  k <- length(case$cases)
  # how the observed cases lie over the strata does not matter to the test; they are filled from the first on
  left <- case$observed
  own <- integer(k)
  least <- pmax(0, case$sizes - (case$families - case$cases))
  own <- least
  left <- left - sum(least)
  for (i in seq_len(k)) {
    more <- min(left, min(case$cases[i], case$sizes[i]) - own[i])
    own[i] <- own[i] + more
    left <- left - more
  }
  a <- array(0, c(2, 2, k))
  for (i in seq_len(k)) {
    a[, , i] <- c(own[i], case$cases[i] - own[i], case$sizes[i] - own[i],
                  case$families[i] - case$sizes[i] - case$cases[i] + own[i])
  }
  a
}
tail_p <- function(a, side) {
  if (dim(a)[3] == 1) return(fisher.test(a[, , 1], alternative = side)$p.value)
  mantelhaen.test(a, exact = TRUE, alternative = side)$p.value
}
within <- lapply(strata, function(case) {
  a <- table_of(case)
  c(case, list(less = tail_p(a, "less"), greater = tail_p(a, "greater")))
})

# Improved less declined in a draw -------------------------------------------------------------------------

draws <- list(c(22, 11, 56, 9), c(22, 11, 56, 18), c(3, 0, 10, 4), c(40, 60, 300, 25))
net <- lapply(draws, function(x) {
  up <- x[1]; down <- x[2]; n <- x[3]; m <- x[4]
  chance <- function(s) {
    u <- 0:min(up, m)
    sum(dhyper(u, up, n - up, m) * dhyper(u - s, down, n - up - down, m - u))
  }
  values <- -min(down, m):min(up, m)
  list(improved = up, declined = down, families = n, size = m, values = values, chances = sapply(values, chance))
})

# Pearson's chi-squared of pilots by class of change ---------------------------------------------------------

counts <- matrix(c(2, 5, 1, 3, 2, 1, 7, 7, 4, 3, 1, 5, 7, 8, 0), ncol = 3, byrow = TRUE)
set.seed(20230930, kind = "Mersenne-Twister", sample.kind = "Rejection")
simulated <- chisq.test(counts, simulate.p.value = TRUE, B = 199999)
classes <- list(counts = counts, chi2 = unname(simulated$statistic), p = simulated$p.value)

versions <- list(R = R.version.string, jsonlite = as.character(packageVersion("jsonlite")))
result <- list(versions = versions, within = within, net = net, classes = classes)
json <- jsonlite::toJSON(result, digits = NA, auto_unbox = TRUE, pretty = 1)
json <- gsub("\\[\\s+([^][{}]*?)\\s+\\]", "[\\1]", json, perl = TRUE)
json <- gsub("(?<=[0-9]),\\s+(?=-?[0-9])", ", ", json, perl = TRUE)
writeLines(json, file.path(here, "pilots.json"))
