// The whole product on this machine: the built Worker in workerd with its assets, and the lab as its internet. For
// `npm start`, for the tests from outside, and for the benches. What runs is what is deployed: bindings, flags, assets
// and modules are read from wrangler.toml and build/.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { migrate } from "./lib/migrations.mjs";
import { buildDir, dist, nativeBinary, root, workerDir } from "./lib/paths.mjs";

/** The lab reads its scenario and makes its certificates; Miniflare starts workerd and fills its asset store. */
const START_TIMEOUT_MS = 60_000;

/** How long the lab may take to put itself down before it is ended. */
const STOP_TIMEOUT_MS = 3_000;

/**
 * workerd sends proxy requests: a full URL in the request line, which says http or https (there is no Host header), and
 * `CONNECT` for raw sockets, with the first bytes right behind it.
 */
const PROXY_STYLE = 1;

/**
 * Tests and benches ask more often than any founder, all of them from one address, and most of them want to see a scan:
 * unless they are about the limits, nothing is counted that matters, and no report answers a second question.
 */
const unlimited = {
  vars: { REPORT_SECONDS: "0", FRESH_SECONDS: "0", DOMAIN_HOURLY: "1000000", DAILY_SCANS: "1000000", DAILY_FRESH: "1000000", DAILY_DOMAINS: "1000000" },
  rate: 1_000_000,
};

/**
 * @typedef {object} LabOptions
 * @property {string} [scenario] a scenario folder; the shipped ones unless told
 * @property {boolean} [forward] whether names that the lab does not know go to the real internet; not unless told
 * @property {string[]} [args] further arguments
 * @property {"debug" | "release"} [profile] which build of the lab; the quick one to build unless told
 *
 * @typedef {object} Lab
 * @property {string} dns address of DNS over UDP and TCP, as "127.0.0.1:PORT"
 * @property {string} http address of the web side and of the forward proxy
 * @property {string} https address of the web side over TLS
 * @property {string} ca file with the certificate of the lab's authority
 * @property {Record<string, unknown>} ready everything the lab said when it was ready
 * @property {Promise<string>} ended settles when the lab ends, with the reason in words
 * @property {() => Promise<void>} stop
 *
 * @typedef {object} Log
 * @property {string} level
 * @property {string} message
 *
 * @typedef {object} Stack
 * @property {string} url where the page and the API answer, without a slash at the end
 * @property {Lab | null} lab
 * @property {import("miniflare").Miniflare} miniflare for what no request reaches: scheduled, queue, bindings
 * @property {Log[]} logs what the Worker printed so far; the newest thousand lines
 * @property {() => Promise<void>} stop
 */

/**
 * Starts the lab and the Worker.
 * @param {object} [options]
 * @param {LabOptions | false} [options.lab] false: no lab, the Worker's requests go to the real internet
 * @param {number} [options.port] any that is free unless told
 * @param {Record<string, unknown>} [options.vars] variables of the Worker, on top of those of wrangler.toml
 * @param {Record<string, unknown>} [options.worker] options of Miniflare for this Worker, on top of those of wrangler.toml
 * @param {object[]} [options.beside] further Workers of the same workerd, as Miniflare takes them
 * @param {boolean} [options.limits] whether the limits and the freshness of wrangler.toml hold; not unless told
 * @param {string} [options.persist] folder for what the Worker stores; forgotten at the end unless told
 * @param {(log: Log) => void} [options.onLog] called with each line that the Worker prints
 * @param {(notice: string) => void} [options.onNotice] called with what Miniflare says about its bindings, in colours
 * @returns {Promise<Stack>}
 */
export async function startStack({ lab: labOptions = {}, port = 0, vars = {}, worker = {}, limits = false, beside = [], persist, onLog, onNotice } = {}) {
  if (!existsSync(join(workerDir, "index.js")) || !existsSync(join(dist, "index.html"))) {
    throw new Error("The Worker or the page is not built: run `npm run build` first.");
  }
  const built = labOptions && existsSync(nativeBinary("launch-ready-lab", labOptions.profile));
  const lab = built ? await startLab(labOptions) : null;
  if (labOptions && !lab && existsSync(join(root, "crates", "lab"))) {
    throw new Error("The lab is not built: run `cargo build -p launch-ready-lab` first.");
  }
  try {
    const started = await startWorker({ lab, port, vars, worker, limits, beside, persist, onLog, onNotice });
    return {
      ...started,
      lab,
      stop: async () => {
        await started.miniflare.dispose();
        await lab?.stop();
      },
    };
  } catch (error) {
    await lab?.stop();
    throw error;
  }
}

/**
 * Starts the lab alone, on ports that are free.
 * @param {LabOptions} [options]
 * @returns {Promise<Lab>}
 */
export async function startLab({ scenario, forward = false, args = [], profile = "debug" } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "launch-ready-lab-"));
  const ca = join(folder, "ca.pem");
  const all = [
    ...(scenario ? [scenario] : []),
    ...(forward ? ["--forward"] : []),
    ...["--until-stdin-closes", "--json", "--dns-port", "0", "--http-port", "0", "--https-port", "0", "--ca-out", ca],
    ...args,
  ];
  const child = spawn(nativeBinary("launch-ready-lab", profile), all, {
    cwd: root,
    // The lab ends when its standard input does: even if we are killed, which no handler of ours would notice.
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own: Ctrl-C must reach us first, so that the Worker does not lose its internet before it stops.
    detached: process.platform !== "win32",
  });
  const end = () => child.kill("SIGKILL");
  process.on("exit", end);

  let said = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (chunk) => (said = (said + chunk).slice(-8_000)));
  /** @type {Promise<string>} */
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(`The lab could not be started: ${error.message}`));
    child.once("exit", (code, signal) => resolve(`The lab ended (${signal ?? `exit code ${code}`}).\n${said.trimEnd()}`));
  });
  const gone = ended.then((reason) => {
    process.off("exit", end);
    rmSync(folder, { recursive: true, force: true });
    return reason;
  });

  const stop = async () => {
    child.kill("SIGTERM");
    const timer = setTimeout(end, STOP_TIMEOUT_MS);
    await gone;
    clearTimeout(timer);
  };

  try {
    const line = await withTimeout(
      Promise.race([firstLine(child.stdout), gone.then((reason) => Promise.reject(new Error(reason)))]),
      "The lab did not say that it is ready",
    );
    const ready = JSON.parse(line);
    for (const key of ["dns", "http", "https"]) {
      if (typeof ready[key] !== "string") throw new Error(`The lab did not say its ${key} address, but: ${line}`);
    }
    // Nobody reads the rest; a full pipe would stop the lab.
    child.stdout.resume();
    return { dns: ready.dns, http: ready.http, https: ready.https, ca, ready, ended: gone, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * @param {{ lab: Lab | null, port: number, vars: object, worker: object, limits: boolean, beside: object[], persist?: string, onLog?: (log: Log) => void, onNotice?: (notice: string) => void }} options
 */
async function startWorker({ lab, port, vars, worker, limits, beside, persist, onLog, onNotice }) {
  // Nothing of ours leaves this machine but what the Worker asks for.
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
  process.env.WRANGLER_SEND_METRICS = "false";
  process.env.WRANGLER_SEND_ERROR_REPORTS = "false";
  process.env.WRANGLER_LOG_PATH ??= join(buildDir, "wrangler.log");
  if (process.platform !== "win32" && !process.env.MINIFLARE_WORKERD_PATH) {
    // The one that Miniflare would take by itself.
    const require = createRequire(createRequire(import.meta.url).resolve("miniflare"));
    process.env.WORKERD_PROGRAM = require("workerd").default;
    process.env.MINIFLARE_WORKERD_PATH = join(root, "tools", "lib", "workerd.sh");
  }
  // For TLS inside raw sockets. Miniflare reads it once, when it is loaded: the first lab of a process counts.
  if (lab) process.env.NODE_EXTRA_CA_CERTS ??= lab.ca;
  const [{ Miniflare, Log, LogLevel }, { unstable_getMiniflareWorkerOptions: readOptions }] = await Promise.all([
    import("miniflare"),
    import("wrangler"),
  ]);

  const { workerOptions } = readOptions(join(root, "wrangler.toml"));
  // Our modules are listed below; rules are for Miniflare to find them by itself.
  const { modulesRules: _, bindings, ...options } = workerOptions;
  if (!limits) for (const limiter of Object.values(options.ratelimits ?? {})) limiter.simple.limit = unlimited.rate;
  class Heard extends Log {
    /** @param {number} level @param {string} message */
    logWithLevel(level, message) {
      onNotice?.(message);
      super.logWithLevel(level, message);
    }
  }
  /** @type {Log[]} */
  const logs = [];
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port,
    cf: false,
    log: new Heard(LogLevel.WARN),
    structuredWorkerdLogs: true,
    handleStructuredLogs: ({ level, message }) => {
      logs.push({ level, message });
      if (logs.length > 1000) logs.shift();
      onLog?.({ level, message });
    },
    // Handlers that no request reaches answer under /cdn-cgi/handler/, as in `wrangler dev`.
    unsafeTriggerHandlers: true,
    defaultPersistRoot: persist,
    workers: [
      {
        name: "launch-ready",
        ...options,
        modulesRoot: workerDir,
        // The first one is the main module.
        modules: ["index.js", ...readdirSync(workerDir).filter((name) => name !== "index.js")].map((name) => ({
          type: name.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
          path: join(workerDir, name),
        })),
        bindings: { ...bindings, ...(limits ? {} : unlimited.vars), ...vars },
        ...(lab && { outboundService: proxy(lab.http) }),
        ...worker,
      },
      ...beside,
    ],
  });
  try {
    const ready = await withTimeout(miniflare.ready, "workerd did not start");
    await migrate(await miniflare.getD1Database("DB"));
    return { miniflare, logs, url: ready.origin };
  } catch (error) {
    await miniflare.dispose().catch(() => {});
    throw error;
  }
}

/**
 * Sends everything that the Worker asks the outside to one proxy.
 * @param {string} address
 */
function proxy(address) {
  return { external: { address, http: { style: PROXY_STYLE } } };
}

/**
 * @param {number} preferred
 * @returns {Promise<number>} that port, or the next one that is free
 */
export async function freePort(preferred) {
  for (let port = preferred; port < preferred + 100; port++) {
    if (await isFree(port)) return port;
  }
  throw new Error(`No port from ${preferred} to ${preferred + 99} is free: stop something, or set PORT.`);
}

/** @param {number} port @returns {Promise<boolean>} */
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** @param {import("node:stream").Readable} stream @returns {Promise<string>} */
function firstLine(stream) {
  return new Promise((resolve) => {
    let text = "";
    stream.setEncoding("utf8");
    const read = (/** @type {string} */ chunk) => {
      text += chunk;
      const end = text.indexOf("\n");
      if (end < 0) return;
      stream.off("data", read);
      resolve(text.slice(0, end));
    };
    stream.on("data", read);
  });
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {string} what for the message
 * @returns {Promise<T>}
 */
function withTimeout(promise, what) {
  /** @type {NodeJS.Timeout} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} within ${START_TIMEOUT_MS / 1000} s.`)), START_TIMEOUT_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
