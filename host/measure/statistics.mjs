// Of samples: what half of them, or another share, do not exceed.

/** @param {number[]} samples */
export function median(samples) {
    return quantile(samples, 0.5)
}

/**
 * @param {number[]} samples
 * @param {number} share 0 to 1
 */
export function quantile(samples, share) {
    const sorted = [...samples].sort((a, b) => a - b)
    return sorted[Math.round(share * (sorted.length - 1))]
}
