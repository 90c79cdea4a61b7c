// nginx, Apache and Caddy on loopback, for tests that ask real servers: each with a configuration of its own, in a folder of its own, on
// a free port, and as whoever runs the tests. And the program that reads zone files as a name server does.

import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { run } from "./run.mjs";

/** Debian's packages, and where they put the programs. */
const packages = { nginx: "nginx-light", apache: "apache2", caddy: "caddy", checkzone: "bind9-utils" };
const places = {
  nginx: [process.env.NGINX_BIN, "/usr/sbin/nginx", "/usr/local/bin/nginx", "/opt/homebrew/bin/nginx"],
  apache: [process.env.APACHE_BIN, "/usr/sbin/apache2", "/usr/sbin/httpd", "/opt/homebrew/bin/httpd"],
  caddy: [process.env.CADDY_BIN, "/usr/bin/caddy", "/usr/local/bin/caddy", "/opt/homebrew/bin/caddy"],
  checkzone: [process.env.CHECKZONE_BIN, "/usr/bin/named-checkzone", "/usr/sbin/named-checkzone", "/opt/homebrew/bin/named-checkzone"],
};
/** Where Apache's modules are; relative to a program's folder or not. */
const moduleFolders = [process.env.APACHE_MODULES, "/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/libexec/apache2", "/opt/homebrew/lib/httpd/modules"];

/** @typedef {"nginx" | "apache" | "caddy" | "checkzone"} Kind */

/** @param {Kind} kind @returns {string | undefined} the program */
export function findServer(kind) {
  return places[kind].find((path) => path && existsSync(path));
}

/**
 * Finds the servers, and installs Debian's packages where one is missing and we may.
 * @param {import("./steps.mjs").Detail} [detail]
 * @param {Kind[]} [kinds]
 */
export async function ensureServers(detail = () => {}, kinds = ["nginx", "apache"]) {
  const missing = kinds.filter((kind) => !findServer(kind)).map((kind) => packages[kind]);
  if (!missing.length) return;
  const names = missing.join(" ");
  const apt = spawnSync("apt-get", ["--version"], { timeout: 30_000 }).status === 0;
  if (!apt || process.getuid?.() !== 0) {
    throw new Error(`Not installed: ${names}. Install them (on Debian and Ubuntu: \`sudo apt-get install ${names}\`), or set NGINX_BIN, APACHE_BIN, CADDY_BIN and CHECKZONE_BIN.`);
  }
  detail(`installing Debian's ${names}`);
  const options = { minutes: 15, env: { DEBIAN_FRONTEND: "noninteractive" } };
  await run("apt-get", ["update"], options);
  await run("apt-get", ["install", "-y", "--no-install-recommends", ...missing], options);
}

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {string | undefined} location
 * @property {import("node:http").IncomingHttpHeaders} headers
 * @property {[string, string][]} fields every header field as it came, repeated ones, too
 * @property {string} body
 *
 * @typedef {object} Server
 * @property {string} url
 * @property {string} folder what is served lies in its `site`
 * @property {(path: string, options?: { host?: string, headers?: Record<string, string> }) => Promise<Answer>} ask follows nothing, and sends the path as it stands
 * @property {() => Promise<void>} stop
 */

/**
 * Starts nginx with lines for its `http` and its `server` block.
 * @param {{ http?: string, server?: string, files?: Record<string, string> }} config
 * @returns {Promise<Server>}
 */
export async function startNginx({ http = "", server = "", files = {} }) {
  return start("nginx", files, (folder, port) => ({
    config: `daemon off;
${process.getuid?.() === 0 ? "user root;\n" : ""}pid ${folder}/pid;
error_log ${folder}/errors;
events {}
http {
access_log off;
${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/temp;`).join("\n")}
${http}
server {
listen 127.0.0.1:${port};
root ${folder}/site;
${server}
}
}
`,
    args: ["-p", folder, "-e", `${folder}/errors`, "-c"],
    check: ["-t"],
  }));
}

/**
 * Starts Caddy with a whole Caddyfile for the ports that it names; the first of its own is for telling that it is there.
 * @param {{ sites: string, files?: Record<string, string> }} config
 * @returns {Promise<Server>}
 */
export async function startCaddy({ sites, files = {} }) {
  return start("caddy", files, (folder, port) => ({
    config: `{
admin off
auto_https off
storage file_system ${folder}
log {
output file ${folder}/errors
}
}
http://127.0.0.1:${port} {
respond "here"
}
${sites}
`,
    args: ["run", "--adapter", "caddyfile", "--config"],
    tested: ["validate", "--adapter", "caddyfile", "--config"],
    check: [],
  }));
}

/**
 * Starts Apache with lines for its virtual host, or for the `.htaccess` in the site's folder.
 * @param {{ server?: string, htaccess?: string, files?: Record<string, string>, modules?: string[], hosts?: string }} config
 * @returns {Promise<Server>}
 */
export async function startApache({ server = "", htaccess, files = {}, modules = [], hosts = "" }) {
  const folderOfModules = moduleFolders.find((path) => path && existsSync(path));
  const load = ["mpm_event", "authz_core", "dir", "mime", "alias", "rewrite", "headers", ...modules]
    .filter((name) => existsSync(`${folderOfModules}/mod_${name}.so`))
    .map((name) => `LoadModule ${name}_module ${folderOfModules}/mod_${name}.so`);
  const all = htaccess === undefined ? files : { ...files, ".htaccess": htaccess };
  return start("apache", all, (folder, port) => ({
    // Started by root, it serves as somebody else: it refuses to as root.
    config: `ServerRoot ${folder}
ServerName 127.0.0.1
PidFile ${folder}/pid
DefaultRuntimeDir ${folder}
ErrorLog ${folder}/errors
TypesConfig /dev/null
${process.getuid?.() === 0 ? "User www-data\nGroup www-data\n" : ""}${load.join("\n")}
Listen 127.0.0.1:${port}
DocumentRoot ${folder}/site
<Directory ${folder}/site>
AllowOverride All
Require all granted
</Directory>
<VirtualHost *:${port}>
ServerName example.com
ServerAlias *
DocumentRoot ${folder}/site
${server}
</VirtualHost>
${hosts}
`,
    args: ["-D", "FOREGROUND", "-f"],
    check: ["-t"],
  }));
}

/**
 * @param {Kind} kind
 * @param {Record<string, string>} files
 * @param {(folder: string, port: number) => { config: string, args: string[], check: string[], tested?: string[] }} configure
 * @returns {Promise<Server>}
 */
async function start(kind, files, configure) {
  const program = findServer(kind);
  if (!program) throw new Error(`${kind} is not installed.`);
  const folder = mkdtempSync(join(tmpdir(), `${kind}-`));
  // Whoever the server works as has to read it.
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, "site"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, "site", name)), { recursive: true });
    writeFileSync(join(folder, "site", name), text);
  }
  const port = await freePort();
  const { config, args, check, tested: whole = [...check, ...args] } = configure(folder, port);
  const file = join(folder, "server.conf");
  writeFileSync(file, config);
  const errors = () => (existsSync(join(folder, "errors")) ? readFileSync(join(folder, "errors"), "utf8") : "");
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const tested = spawnSync(program, [...whole, file], { encoding: "utf8", timeout: 60_000 });
  if (tested.status !== 0) {
    const said = `${tested.stderr}${tested.stdout}${errors()}`;
    remove();
    throw new Error(`${kind} does not take its configuration: ${said}`);
  }
  // Caddy keeps what it runs with in the user's folders.
  const env = { ...process.env, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
  const child = spawn(program, [...args, file], { stdio: ["ignore", "ignore", "pipe"], env });
  let said = "";
  child.stderr.on("data", (data) => (said += data));
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const stop = async () => {
    if (child.exitCode === null) child.kill("SIGTERM");
    await ended;
    remove();
  };
  const ask = (/** @type {string} */ path, /** @type {any} */ { host = "example.com", headers = {} } = {}) => asked(port, path, host, headers);
  for (let turn = 0; ; turn++) {
    const answered = await ask("/").then(() => true, () => false);
    if (answered) break;
    if (turn === 200 || child.exitCode !== null) {
      const why = `${said}${errors()}`;
      await stop();
      throw new Error(`${kind} does not answer: ${why}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return { url: `http://127.0.0.1:${port}`, folder, ask, stop };
}

/**
 * A port that nobody has for now.
 * @returns {Promise<number>}
 */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(/** @type {import("node:net").AddressInfo} */ (address).port));
    });
  });
}

/** Asks, follows nothing, and sends the path as it stands. @param {number} port @param {string} path @param {string} host @param {Record<string, string>} headers @returns {Promise<Answer>} */
export function asked(port, path, host, headers) {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, headers: { host, connection: "close", ...headers }, timeout: 10_000 }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (data) => (body += data));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, location: response.headers.location, headers: response.headers, fields: pairs(response.rawHeaders), body }));
    });
    sent.on("timeout", () => sent.destroy(new Error("no answer within ten seconds")));
    sent.on("error", reject);
    sent.end();
  });
}

/** @param {string[]} raw @returns {[string, string][]} */
const pairs = (raw) => raw.flatMap((name, at) => (at % 2 ? [] : [/** @type {[string, string]} */ ([name, raw[at + 1]])]));
