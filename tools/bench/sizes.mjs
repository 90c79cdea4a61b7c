// What is sent: the same figures as the step "sizes" of `npm test`, which holds the limits.

import { limits, measureSizes } from "../sizes.mjs";

export const title = "Bytes";

/** @returns {Promise<import("../lib/figures.mjs").Figure[]>} */
export async function measure() {
  const { firstLoad, worker } = measureSizes();
  const figures = (/** @type {string} */ name, /** @type {import("../sizes.mjs").Size} */ size, /** @type {Record<string, number>} */ most) =>
    ["raw", "gzip", "brotli"].map((form) => ({ name: `${name}, ${form}`, unit: "KB", value: size[/** @type {"raw"} */ (form)] / 1000, goal: most[form] }));
  return [
    ...figures("page, first load", firstLoad, { brotli: limits.firstLoadBrotli / 1000 }),
    ...figures("Worker", worker, { gzip: limits.workerGzip / 1000 }),
  ];
}
