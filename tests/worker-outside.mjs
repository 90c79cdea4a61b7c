// What the Worker takes for the outside: the lab, seen through a proxy that notes every request and answers some in its
// place.

import { createServer, request as send } from "node:http";
import { connect } from "node:net";

/**
 * @typedef {object} Asked
 * @property {string} method
 * @property {URL} url
 * @property {import("node:http").IncomingHttpHeaders} headers
 * @property {boolean} dns whether it is a question to a resolver
 * @property {boolean} answered whether it was answered to its end
 * @property {boolean} gone whether the Worker took it back before that
 *
 * @typedef {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => unknown} Reply
 *
 * @typedef {object} Outside
 * @property {Record<string, unknown>} worker options of Miniflare that send the Worker's requests here
 * @property {Asked[]} asked every request since the last `reset`
 * @property {() => number} peak how many requests waited for their headers at once, at most
 * @property {() => number} waiting how many wait now
 * @property {(matches: (url: URL) => boolean, reply: Reply) => void} instead answers some requests in the lab's place
 * @property {(says: ((name: string, resolver: string) => "opt-out" | "fails" | undefined)) => void} owners what the records of owners say in
 *   the lab's place: at the name below `_launch-ready`, as the resolver of that host tells it
 * @property {() => void} reset forgets what was noted, and what is answered in the lab's place
 * @property {() => void} stop
 */

/** Below which label owners say what they want of us. */
const OWNERS = "_launch-ready.";

/** The name in a DNS question: RFC 1035 section 4.1.2. @param {Buffer} message */
function nameIn(message) {
  const labels = [];
  for (let at = 12; message[at]; at += message[at] + 1) labels.push(message.toString("latin1", at + 1, at + 1 + message[at]));
  return labels.join(".").toLowerCase();
}

/** The answer to a question for a TXT record: the owner opts out. @param {Buffer} question */
function optOut(question) {
  let end = 12;
  while (question[end]) end += question[end] + 1;
  // The question alone, marked as answered; behind it one record whose name points to it.
  const asked = Buffer.from(question.subarray(0, end + 5));
  asked.writeUInt16BE(0x8180, 2);
  for (const [at, count] of [[6, 1], [8, 0], [10, 0]]) asked.writeUInt16BE(count, at);
  const text = Buffer.from("launch-ready=opt-out");
  const record = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, text.length + 1, text.length]);
  return Buffer.concat([asked, record, text]);
}

/** No head of the lab's answer to CONNECT is as long, and every flight of a server of TLS is longer. */
const MAX_PROXY_HEAD = 300;

/**
 * @param {string} lab the lab's proxy, as "127.0.0.1:PORT"
 * @returns {Promise<Outside>}
 */
export async function startOutside(lab) {
  const [host, port] = lab.split(":");
  /** @type {Asked[]} */
  const asked = [];
  /** @type {{ matches: (url: URL) => boolean, reply: Reply }[]} */
  let replies = [];
  /** @type {((name: string, resolver: string) => "opt-out" | "fails" | undefined) | undefined} */
  let owners;
  let waiting = 0;
  let peak = 0;

  // workerd writes the whole address into the request line, and no Host header.
  const server = createServer({ requireHostHeader: false }, (incoming, outgoing) => {
    const url = new URL(incoming.url ?? "");
    const dns = url.pathname === "/dns-query";
    /** @type {Asked} */
    const note = { method: incoming.method ?? "", url, headers: incoming.headers, dns, answered: false, gone: false };
    asked.push(note);
    peak = Math.max(peak, ++waiting);
    let waits = true;
    const begun = () => {
      if (waits) waiting--;
      waits = false;
    };
    outgoing.on("finish", () => (note.answered = true));
    outgoing.on("close", () => {
      begun();
      note.gone = !note.answered;
    });
    // Headers are sent when this is called, by whoever answers.
    const writeHead = outgoing.writeHead;
    outgoing.writeHead = (/** @type {any[]} */ ...args) => {
      begun();
      return Reflect.apply(writeHead, outgoing, args);
    };

    const reply = replies.find(({ matches }) => !dns && matches(url))?.reply;
    if (reply) return void reply(incoming, outgoing);
    /** Asks the lab. @param {Buffer} [body] what was read already */
    const pass = (body) => {
      const onward = send({ host, port, method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.statusMessage, answer.rawHeaders);
        answer.pipe(outgoing);
        answer.on("error", () => outgoing.destroy());
      });
      onward.on("error", () => outgoing.destroy());
      outgoing.on("close", () => onward.destroy());
      if (body) onward.end(body);
      else incoming.pipe(onward);
    };
    if (!dns || !owners) return void pass();
    /** @type {Buffer[]} */
    const chunks = [];
    incoming.on("data", (chunk) => chunks.push(chunk));
    incoming.on("end", () => {
      const question = Buffer.concat(chunks);
      const name = nameIn(question);
      const says = name.startsWith(OWNERS) ? owners?.(name.slice(OWNERS.length), url.hostname) : undefined;
      if (says === "fails") outgoing.writeHead(503).end();
      else if (says === "opt-out") outgoing.writeHead(200, { "content-type": "application/dns-message" }).end(optOut(question));
      else pass(question);
    });
  });
  // Raw connections, as for a TLS handshake: passed on as they are. Each waits until the other end speaks, behind the head
  // that the lab's proxy answers with, or is closed.
  server.on("connect", (incoming, socket, head) => {
    const url = new URL(`https://${incoming.url}`);
    /** @type {Asked} */
    const note = { method: "CONNECT", url, headers: incoming.headers, dns: false, answered: true, gone: false };
    asked.push(note);
    peak = Math.max(peak, ++waiting);
    let waits = true;
    const begun = () => {
      if (waits) waiting--;
      waits = false;
    };
    // The Worker's end of it is gone before the other one is.
    for (const event of ["end", "close"]) {
      socket.on(event, () => {
        begun();
        note.gone = true;
      });
    }
    const onward = connect({ host, port: Number(port) }, () => {
      onward.write(`CONNECT ${incoming.url} HTTP/1.1\r\nHost: ${incoming.url}\r\n\r\n`);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    let said = 0;
    onward.on("data", (chunk) => {
      said += chunk.length;
      if (said > MAX_PROXY_HEAD) begun();
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
    socket.on("close", () => onward.destroy());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("The proxy has no address.");

  return {
    worker: { outboundService: { external: { address: `127.0.0.1:${address.port}`, http: { style: 1 } } } },
    asked,
    peak: () => peak,
    waiting: () => waiting,
    instead: (matches, reply) => void replies.push({ matches, reply }),
    owners: (says) => void (owners = says),
    reset: () => {
      asked.length = 0;
      owners = undefined;
      replies = [];
      peak = 0;
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
