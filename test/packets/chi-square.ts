/** How likely counts as uneven as these, or more so, are if every one was as likely as any other. */
export function chanceOfUniform(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length
  const statistic = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  return upperGamma((counts.length - 1) / 2, statistic / 2)
}

/** The regularised upper incomplete gamma function, by its series: 1 - x^s e^-x / Γ(s+1) · Σ x^n / ((s+1)…(s+n)). */
function upperGamma(s: number, x: number): number {
  if (x <= 0) return 1
  let term = 1
  let sum = 1
  for (let n = 1; n < 1000 && term > sum * 1e-15; n++) {
    term *= x / (s + n)
    sum += term
  }
  return Math.max(0, 1 - sum * Math.exp(s * Math.log(x) - x - logGamma(s + 1)))
}

/** Of whole and half numbers above 0. */
function logGamma(s: number): number {
  if (s === 0.5) return Math.log(Math.PI) / 2
  return s === 1 ? 0 : Math.log(s - 1) + logGamma(s - 1)
}
