# Reference values for tests/test_comparison.py: two groups of families within strata, computed by R.
#
#   Rscript tests/reference_values/comparison.R        (packages coin, jsonlite)
#
# Writes comparison.json beside this file. The stratified permutation test of the difference of two groups,
# oneway_test(y ~ group | stratum) of coin, two-sided: exact (of families of one pair, whose y is improved less
# declined), by 999,999 allotments, and with the normal approximation. Of families of several pairs
# y = improved - declined - R pairs, R the net share of all families.

suppressPackageStartupMessages(library(coin))
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)[1]))

small <- list(
  up = c(1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0), down = c(0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0), pairs = rep(1, 12),
  first = c(1, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0), stratum = c(1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2)
)
set.seed(20230930, kind = "Mersenne-Twister", sample.kind = "Rejection")
many <- function(n, strata, most) {
  pairs <- sample(most, n, replace = TRUE)
  up <- rbinom(n, pairs, 0.35)
  stratum <- sample(strata, n, replace = TRUE)
  list(
    up = up, down = rbinom(n, pairs - up, 0.25), pairs = pairs,
    first = rbinom(n, 1, 0.3 + 0.4 * stratum / strata), stratum = stratum
  )
}
cases <- list(small, many(30, 3, 1), many(60, 4, 1), many(40, 3, 4), many(80, 5, 4))

test <- function(case) {
  frame <- with(case, data.frame(
    y = up - down - sum(up - down) / sum(pairs) * pairs,
    group = factor(first, levels = c(1, 0)), stratum = factor(stratum)
  ))
  one <- all(case$pairs == 1)
  if (one) frame$y <- case$up - case$down
  draws <- oneway_test(y ~ group | stratum, frame, distribution = approximate(nresample = 999999))
  normal <- oneway_test(y ~ group | stratum, frame)
  c(case, list(
    drawn = as.numeric(pvalue(draws)), normal = as.numeric(pvalue(normal)),
    z = unname(as.numeric(statistic(normal)))
  ), if (one) list(exact = as.numeric(pvalue(oneway_test(y ~ group | stratum, frame, distribution = "exact")))))
}

versions <- list(
  R = R.version.string, coin = as.character(packageVersion("coin")),
  jsonlite = as.character(packageVersion("jsonlite"))
)
json <- jsonlite::toJSON(list(versions = versions, within = lapply(cases, test)), digits = NA, auto_unbox = TRUE, pretty = 1)
json <- gsub("\\[\\s+([^][{}]*?)\\s+\\]", "[\\1]", json, perl = TRUE)
json <- gsub("(?<=[0-9]),\\s+(?=-?[0-9])", ", ", json, perl = TRUE)
writeLines(json, file.path(here, "comparison.json"))
