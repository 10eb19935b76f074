# Reference values for tests/test_reference_values.py: the closed-form intervals and tests, computed by R.
#
#   Rscript tests/reference_values/closed_form.R        (packages coin, vcd, MASS, jsonlite)
#
# Writes closed_form.json beside this file: for each case its input, the values, and the function that gave
# them; and the versions of R and of the packages. The matrices have baseline in the rows.

suppressPackageStartupMessages(library(coin))

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)[1]))

# Wilson score intervals: prop.test without continuity correction ------------------------------------------

shares <- data.frame(
  count = c(22, 23, 11, 4, 0, 1, 1, 0, 7, 90, 6, 3, 50, 499),
  nobs  = c(56, 56, 56, 56, 56, 56, 1, 1, 7, 90, 90, 7, 100, 1000)
)
wilson <- lapply(seq_len(nrow(shares)), function(i) {
  interval <- suppressWarnings(prop.test(shares$count[i], shares$nobs[i], correct = FALSE))$conf.int
  list(count = shares$count[i], nobs = shares$nobs[i], low = interval[1], high = interval[2])
})

# Sign test and exact McNemar: binom.test; mid-p by its definition -----------------------------------------

changes <- data.frame(
  improved = c(22, 11, 4, 0, 16, 1, 5, 7, 60, 30, 3),
  declined = c(11, 22, 0, 4, 11, 1, 4, 7, 31, 29, 9)
)
sign <- lapply(seq_len(nrow(changes)), function(i) {
  m <- min(changes[i, ])
  n <- sum(changes[i, ])
  list(
    improved = changes$improved[i], declined = changes$declined[i],
    exact_p = binom.test(changes$improved[i], n, 0.5)$p.value,
    mid_p = 2 * pbinom(m - 1, n, 0.5) + dbinom(m, n, 0.5)
  )
})

# Holm: p.adjust ------------------------------------------------------------------------------------------

p <- c(0.0801, 0.001, 1, 0.04, 0.04, NA, 0.6, 0.0002)
holm <- list(p = p, adjusted = p.adjust(p, method = "holm"))

# Matrices ------------------------------------------------------------------------------------------------

stuart_1953 <- matrix(
  c(1520, 266, 124, 66, 234, 1512, 432, 78, 117, 362, 1772, 205, 36, 82, 179, 492),
  nrow = 4, byrow = TRUE
)
two_parts <- matrix(0, 5, 5) # moves between 1 and 2 and between 4 and 5 only; 3 stays where it is
two_parts[cbind(c(1, 2, 3, 4, 5, 1, 4), c(2, 1, 3, 5, 4, 1, 4))] <- c(6, 2, 5, 4, 3, 2, 1)
gaps <- matrix(0, 5, 5) # levels 2 and 4 at neither moment
gaps[c(1, 3, 5), c(1, 3, 5)] <- c(2, 1, 1, 4, 3, 0, 2, 1, 5)
one_way <- matrix(0, 5, 5) # everyone one level up
one_way[cbind(1:4, 2:5)] <- c(3, 2, 4, 1)

set.seed(20230930, kind = "Mersenne-Twister", sample.kind = "Rejection")
draw <- function(persons, steps) {
  from <- sample(1:5, persons, replace = TRUE, prob = c(5, 4, 3, 2, 1))
  to <- pmin(5, pmax(1, from + sample(steps, persons, replace = TRUE)))
  unclass(table(factor(from, 1:5), factor(to, 1:5)))
}
sparse <- lapply(1:40, function(i) draw(sample(c(3, 6, 12, 25, 60), 1), steps = c(-2, -1, -1, 0, 0, 0, 0, 1, 1, 2)))
dense <- lapply(1:4, function(i) draw(150 * i, steps = c(-4:4, -3, -2, -2, -1, -1)))
matrices <- c(
  list(stuart_1953 = stuart_1953, two_parts = two_parts, gaps = gaps, one_way = one_way),
  setNames(sparse, sprintf("sparse_%02d", seq_along(sparse))),
  setNames(dense, sprintf("dense_%d", seq_along(dense)))
)

square <- function(m) {
  dimnames(m) <- list(baseline = seq_len(nrow(m)), follow_up = seq_len(ncol(m)))
  as.table(m)
}

# Stuart-Maxwell twice: by the formula with the generalised inverse of MASS, and by coin::mh_test on the
# states that occur (which takes the inverse and the rank by itself)
stuart_maxwell <- function(m) {
  occurs <- rowSums(m) + colSums(m) > 0
  x <- m[occurs, occurs, drop = FALSE]
  d <- rowSums(x) - colSums(x)
  v <- diag(rowSums(x) + colSums(x), nrow(x)) - x - t(x)
  rank <- qr(v)$rank
  if (rank == 0) return(list(chi2 = 0, df = 0, p = 1, coin_chi2 = NA, coin_df = NA))
  chi2 <- drop(d %*% MASS::ginv(v) %*% d)
  by_coin <- suppressWarnings(mh_test(square(x), distribution = "asymptotic")) # a state that only stays: zero variance
  list(
    chi2 = chi2, df = rank, p = pchisq(chi2, rank, lower.tail = FALSE),
    coin_chi2 = as.numeric(statistic(by_coin)), coin_df = by_coin@statistic@df
  )
}

# Bowker: mcnemar.test where every pair occurs (elsewhere it gives NaN), else the sum over the pairs that do
bowker <- function(m) {
  pairs <- upper.tri(m) & (m + t(m) > 0)
  there <- m[pairs]
  back <- t(m)[pairs]
  chi2 <- sum((there - back)^2 / (there + back))
  df <- sum(pairs)
  by_stats <- mcnemar.test(m, correct = FALSE)
  list(
    chi2 = chi2, df = df, p = if (df > 0) pchisq(chi2, df, lower.tail = FALSE) else 1,
    mcnemar_test_chi2 = unname(by_stats$statistic), mcnemar_test_df = unname(by_stats$parameter)
  )
}

# Weighted kappa: vcd::Kappa, equal spacing (weights fall linearly with |i - j|), all five states kept
kappa <- function(m) unname(vcd::Kappa(square(m), weights = "Equal-Spacing")$Weighted["value"])

tests <- lapply(matrices, function(m) {
  list(matrix = unname(m), stuart_maxwell = stuart_maxwell(m), bowker = bowker(m), kappa_linear = kappa(m))
})

# Write ---------------------------------------------------------------------------------------------------

versions <- c(
  list(R = R.version.string),
  sapply(c("coin", "vcd", "MASS", "jsonlite"), function(p) as.character(packageVersion(p)), simplify = FALSE)
)
result <- list(versions = versions, wilson = wilson, sign = sign, holm = holm, matrices = tests)
json <- jsonlite::toJSON(result, digits = NA, auto_unbox = TRUE, na = "null", null = "null", pretty = 1)
json <- gsub("\\[\\s+([^][{}]*?)\\s+\\]", "[\\1]", json, perl = TRUE) # one row of a matrix on one line
json <- gsub("(?<=[0-9]),\\s+(?=-?[0-9])", ", ", json, perl = TRUE)
writeLines(json, file.path(here, "closed_form.json"))
