// Installs what is missing, builds, and runs the whole product on this machine: `npm start`. Only modules of Node itself
// are loaded before the packages are there.

import { join } from "node:path";

import { build, hasLab } from "./build.mjs";
import { root } from "./lib/paths.mjs";
import { seconds, step } from "./lib/steps.mjs";

/** One that is ready, one that is not, one that means harm. */
const domainsToTry = ["healthy.lab", "broken.lab", "hostile.lab"];

const began = performance.now();
/** @type {(() => Promise<void>) | undefined} */
let stop;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, end);

try {
  console.log("Launch Ready: installing and building what is missing. The first time takes some minutes.\n");
  await build({ native: "lab" });
  const { freePort, startStack } = await import("./stack.mjs");
  const port = await freePort(Number(process.env.PORT ?? 8787));
  const stack = await step(hasLab() ? "lab and Worker" : "Worker", async () =>
    startStack({
      // Lab domains answer from the lab; every other one goes to the real internet, where there is one.
      lab: hasLab() && { forward: true },
      port,
      vars: { PUBLIC_URL: `http://127.0.0.1:${port}` },
      limits: true,
      persist: join(root, ".wrangler", "state", "v3"),
      onLog: ({ level, message }) => console.log(`${level}: ${message}`),
    }),
  );
  stop = stack.stop;
  void stack.lab?.ended.then((reason) => {
    if (!stop) return;
    console.error(`\n${reason}`);
    process.exitCode = 1;
    void end();
  });
  console.log(`\nReady after ${seconds(began).trim()}: ${stack.url}\n`);
  if (stack.lab) console.log(`Try ${domainsToTry.slice(0, -1).join(", ")} and ${domainsToTry.at(-1)}.`);
  console.log("Ctrl-C stops everything.\n");
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exit(1);
}

async function end() {
  const stopping = stop;
  stop = undefined;
  // A second Ctrl-C, or a build that is still running: no ceremony.
  process.once("SIGINT", () => process.exit(130));
  if (!stopping) process.exit(130);
  setTimeout(() => process.exit(1), 10_000).unref();
  await stopping();
  process.exit();
}
