// The crate of the protocols as somebody would get it from the registry: packed, unpacked elsewhere, and built with its own
// dependencies. There `idna` has its usual back end with Unicode's tables, and not the one that this workspace chooses.

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { targetDir } from "./paths.mjs";
import { run } from "./run.mjs";
import { cargo } from "./rust.mjs";

const NAME = "launch-ready-protocols";

/** @param {import("./steps.mjs").Detail} detail */
export async function packageProtocols(detail) {
  await cargo(["package", "-p", NAME, "--no-verify", "--allow-dirty"], detail);
  const packed = join(targetDir(), "package");
  const archive = readdirSync(packed).find((name) => name.startsWith(NAME) && name.endsWith(".crate"));
  if (!archive) throw new Error(`cargo package left no ${NAME}-….crate in ${packed}.`);
  // Outside of the workspace: cargo takes what lies within it for one of its members.
  const folder = mkdtempSync(join(tmpdir(), "launch-ready-package-"));
  try {
    await run("tar", ["-xzf", join(packed, archive), "-C", folder, "--strip-components=1"], { minutes: 1 });
    const manifest = ["--manifest-path", join(folder, "Cargo.toml")];
    await cargo(["update", "-p", "idna_adapter", ...manifest], detail);
    // The examples in its documentation are what somebody who finds it tries first.
    await cargo(["test", "--doc", ...manifest, "--target-dir", join(targetDir(), "packaged")], detail);
    return "builds by itself";
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
