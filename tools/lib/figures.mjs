// Figures: what a bench gives.

/**
 * @typedef {object} Figure
 * @property {string} name
 * @property {string} unit
 * @property {number} value the median, where there are samples
 * @property {number} [goal] at most this
 * @property {number[]} [samples] every measurement that counts; the warm-up is not among them
 * @property {string} [note]
 */

/**
 * A figure of several measurements.
 * @param {string} name @param {string} unit @param {number[]} samples @param {Partial<Figure>} [more]
 * @returns {Figure}
 */
export function figure(name, unit, samples, more = {}) {
  return { name, unit, value: quantile(samples, 0.5), samples, ...more };
}

/** @param {number[]} samples @param {number} share @returns {number} the value below which that share of them lies */
export function quantile(samples, share) {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}
