# Reference values for tests/test_measurement.py: alpha, omega and the share between groups, computed by R.
#
#   Rscript tests/reference_values/reliability.R        (packages psych, jsonlite)
#
# Writes reliability.json beside this file: for each case its input (rows: who, columns: items; null: not known)
# and the values. alpha and omega: psych::alpha (raw, pairwise) and psych::fa (principal axes of one factor);
# the interval of alpha: Feldt's F by qf; the share between groups: the mean squares of aov.

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)[1]))
set.seed(1951)

levels_of <- function(n, k, loading, missing) {
  common <- rnorm(n)
  x <- sapply(seq_len(k), function(i) round(3 + loading[i] * common + rnorm(n, sd = 0.8)))
  x <- pmin(pmax(x, 1), 5)
  x[matrix(runif(n * k) < missing, n)] <- NA
  x
}
cases <- list(
  complete = levels_of(120, 8, rep(0.7, 8), 0),
  missing = levels_of(200, 16, seq(0.2, 1, length.out = 16), 0.25),
  loose = levels_of(90, 6, rep(0.25, 6), 0.1),
  two_ways = levels_of(150, 5, c(0.8, 0.7, 0.6, -0.3, 0.9), 0),
  deprived = (levels_of(90, 6, rep(0.5, 6), 0) <= 3) * 1
)

scales <- lapply(cases, function(x) {
  colnames(x) <- paste0("i", seq_len(ncol(x)))
  k <- ncol(x)
  pairwise <- cov(x, use = "pairwise.complete.obs")
  found <- suppressWarnings(psych::alpha(as.data.frame(x), check.keys = FALSE, warnings = FALSE))
  alpha <- k / (k - 1) * (1 - sum(diag(pairwise)) / sum(pairwise))
  stopifnot(abs(alpha - found$total$raw_alpha) < 1e-10)
  factor <- psych::fa(cor(x, use = "pairwise.complete.obs"), nfactors = 1, fm = "pa", SMC = FALSE,
                      max.iter = 5000, min.err = 1e-12)
  loading <- as.numeric(factor$loadings)
  n <- nrow(x)
  of <- c(n - 1, (n - 1) * (k - 1))
  list(
    values = x, alpha = alpha,
    omega = sum(loading)^2 / (sum(loading)^2 + sum(1 - loading^2)),
    variance_of_mean = sum(pairwise) / k^2,
    low = 1 - (1 - alpha) * qf(0.975, of[1], of[2]),
    high = 1 - (1 - alpha) * qf(0.025, of[1], of[2])
  )
})

groups <- list(even = rep(1:6, each = 8), uneven = rep(1:7, times = c(1, 2, 3, 5, 8, 13, 4)))
shares <- lapply(groups, function(g) {
  y <- rnorm(length(g)) + rnorm(max(g))[g]
  table <- summary(aov(y ~ factor(g)))[[1]]
  size <- (length(g) - sum(table(g)^2) / length(g)) / (max(g) - 1)
  between <- table[1, "Mean Sq"]
  within <- table[2, "Mean Sq"]
  list(groups = g, values = y, share = (between - within) / (between + (size - 1) * within))
})

versions <- c(R = as.character(getRversion()), psych = as.character(packageVersion("psych")),
              jsonlite = as.character(packageVersion("jsonlite")))
jsonlite::write_json(list(versions = as.list(versions), scales = scales, shares = shares),
                     file.path(here, "reliability.json"), auto_unbox = TRUE, digits = NA, na = "null", matrix = "rowmajor")
