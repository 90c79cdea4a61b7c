// Says what is being done and how long it took: one line a step, live on a terminal, plain in a log.

const live = process.stdout.isTTY === true && !process.env.CI;

/** In a log, a long step says every so often that it is still at it. */
const REMINDER_MS = 30_000;

/**
 * How a step says what it is doing.
 * @typedef {(detail: string) => void} Detail
 */

/**
 * Does one step and prints its name and duration.
 * @template T
 * @param {string} name
 * @param {(detail: Detail) => Promise<T> | T} work may return the string "unchanged" for nothing to do
 * @returns {Promise<T>}
 */
export async function step(name, work) {
  const started = performance.now();
  let detail = "";
  const label = name.padEnd(44);
  const say = () => {
    const line = `  ${label} ${seconds(started)}  ${detail}`;
    // A line that is longer than the terminal is wide could not be taken back.
    if (live) process.stdout.write(`\r\x1b[2K${line.slice(0, (process.stdout.columns || 100) - 1)}`);
    else process.stdout.write(`  ${label} ${seconds(started)}  ${detail || "still at it"}\n`);
  };
  if (live) say();
  const timer = setInterval(say, live ? 250 : REMINDER_MS);
  try {
    const result = await work((text) => (detail = text));
    end(result === "unchanged" ? "unchanged" : "");
    return result;
  } catch (error) {
    end("failed");
    throw error;
  }

  /** @param {string} note */
  function end(note) {
    clearInterval(timer);
    process.stdout.write(`${live ? "\r\x1b[2K" : ""}  ${label} ${seconds(started)}${note && `  ${note}`}\n`);
  }
}

/**
 * @param {number} since from `performance.now()`
 * @returns {string} seconds until now, right-aligned
 */
export function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1).padStart(6)} s`;
}
