// Runs other programs: always with a time limit, never with an open standard input, and with their last words kept.

import { spawn } from "node:child_process";

import { root } from "./paths.mjs";

/** Programs that are running now; none of them may outlive us. */
const running = new Set();

process.on("exit", endAll);

/**
 * @typedef {object} RunOptions
 * @property {number} [minutes] how long it may take; 20 unless told
 * @property {Record<string, string | undefined>} [env] on top of our own environment
 * @property {string} [cwd] the repository unless told
 * @property {(line: string) => void} [onLine] called with each line of output as it comes
 */

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>} what it printed, both streams as they came
 * @throws {Error} with the output, if it cannot be started, fails, or takes too long
 */
export function run(command, args, { minutes = 20, env = {}, cwd = root, onLine } = {}) {
  return new Promise((resolve, reject) => {
    // A group of its own, so that a time limit ends the compilers it started, too.
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
    });
    running.add(child);
    let output = "";
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      endGroup(child);
    }, minutes * 60_000);

    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream.setEncoding("utf8");
      stream.on("data", (chunk) => {
        output += chunk;
        if (!onLine) return;
        const lines = (rest + chunk).split(/\r?\n|\r/);
        rest = lines.pop() ?? "";
        for (const line of lines) onLine(line);
      });
    }

    child.on("error", (error) => {
      finish();
      const hint = "code" in error && error.code === "ENOENT" ? "it is not installed, or not on the PATH" : error.message;
      reject(new Error(`\`${command}\` could not be started: ${hint}.`));
    });
    child.on("close", (code, signal) => {
      finish();
      if (code === 0) return resolve(output);
      const how = late ? `took longer than ${minutes} minutes` : code === null ? `was ended by ${signal}` : `failed (exit code ${code})`;
      reject(Object.assign(new Error(`\`${[command, ...args].join(" ")}\` ${how}.\n${output.trimEnd()}`), { output }));
    });

    function finish() {
      clearTimeout(timer);
      running.delete(child);
    }
  });
}

/**
 * Makes Ctrl-C end us and everything that we started: children have groups of their own, so the terminal's signal
 * does not reach them. For scripts that hold nothing that must be put down gently.
 */
export function exitOnSignals() {
  process.once("SIGINT", () => process.exit(130));
  process.once("SIGTERM", () => process.exit(143));
}

/** Ends what is running now, with everything it started. */
function endAll() {
  for (const child of running) endGroup(child);
}

/** @param {import("node:child_process").ChildProcess} child */
function endGroup(child) {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
  } catch {
    // It has ended by itself in the meantime.
  }
}
