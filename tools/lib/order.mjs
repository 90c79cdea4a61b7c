// Puts the functions of a WebAssembly module into the order in which they compress best: those that look alike beside each
// other. Gzip looks back 32 KB, a tenth of our code, and finds only what stands there. About 4 % of what is sent, for
// nothing at run time; linkers do the same for native code ("balanced partitioning", LLVM's --bp-compression-sort).

/** Bytes that gzip looks back (RFC 1951 section 2), less what the function itself takes. */
const WINDOW = 30_000;

/** Bytes of the pieces by which functions are compared: about two instructions. */
const PIECE = 6;

/** A piece that this many functions hold says nothing about any of them. */
const TOO_COMMON = 100;

/**
 * The module with a name for each of its own functions, by whose order wasm-opt's `--reorder-functions-by-name` sorts them.
 * @param {Buffer} module without names
 * @returns {Buffer}
 */
export function nameInOrder(module) {
  const { imported, bodies } = functionsOf(module);
  const order = likeBesideLike(bodies);
  /** @type {number[]} */
  const place = [];
  order.forEach((index, at) => (place[index] = at));
  const digits = String(bodies.length).length;
  // Imports keep their numbers; only what has a body moves.
  const names = bodies.map((_, index) => [leb(imported + index), text(String(place[index]).padStart(digits, "0"))]);
  const map = Buffer.concat([leb(bodies.length), ...names.flat()]);
  const section = Buffer.concat([text("name"), Buffer.from([1]), leb(map.length), map]);
  return Buffer.concat([module, Buffer.from([0]), leb(section.length), section]);
}

/**
 * Starts with the longest, and goes on with the one that shares the largest part of itself with what stands just before.
 * @param {Buffer[]} bodies
 * @returns {number[]} indices into them
 */
export function likeBesideLike(bodies) {
  const { pieces, holders } = piecesOf(bodies);
  const shared = new Float64Array(bodies.length);
  const seen = new Uint32Array(holders.length);
  /** @param {number} index @param {1 | -1} change */
  const count = (index, change) => {
    for (const piece of pieces[index]) {
      const before = seen[piece];
      seen[piece] += change;
      if ((before === 0) !== (seen[piece] === 0)) for (const other of holders[piece]) shared[other] += change;
    }
  };
  const left = new Set(bodies.keys());
  /** @type {number[]} */
  const order = [];
  let [first, bytes] = [0, 0];
  let next = [...left].reduce((best, index) => (bodies[index].length > bodies[best].length ? index : best), 0);
  while (left.size > 0) {
    left.delete(next);
    order.push(next);
    bytes += bodies[next].length;
    count(next, 1);
    while (bytes > WINDOW && first < order.length - 1) {
      bytes -= bodies[order[first]].length;
      count(order[first], -1);
      first += 1;
    }
    let best = -1;
    for (const index of left) {
      // The constant keeps tiny functions, of which a piece or two is everything, from coming first.
      const likeness = shared[index] / (pieces[index].length + 20);
      if (likeness > best) [best, next] = [likeness, index];
    }
  }
  return order;
}

/**
 * For each body the pieces that it shares with others, and for each piece who holds it.
 * @param {Buffer[]} bodies
 */
function piecesOf(bodies) {
  /** @type {Map<string, Set<number>>} */
  const found = new Map();
  bodies.forEach((body, index) => {
    const text = body.toString("latin1");
    for (let at = 0; at + PIECE <= text.length; at += 1) {
      const piece = text.slice(at, at + PIECE);
      const known = found.get(piece);
      if (known) known.add(index);
      else found.set(piece, new Set([index]));
    }
  });
  /** @type {number[][]} */
  const pieces = bodies.map(() => []);
  /** @type {number[][]} */
  const holders = [];
  for (const known of found.values()) {
    if (known.size < 2 || known.size >= TOO_COMMON) continue;
    for (const index of known) pieces[index].push(holders.length);
    holders.push([...known]);
  }
  return { pieces, holders };
}

/**
 * WebAssembly core specification, section 5.5.
 * @param {Buffer} module
 * @returns {{ imported: number, bodies: Buffer[] }} how many functions are imported, and the code of the others
 */
function functionsOf(module) {
  let at = 8;
  const number = () => {
    let [value, shift, byte] = [0, 0, 0];
    do {
      byte = module[at++];
      value += (byte & 127) * 2 ** shift;
      shift += 7;
    } while (byte & 128);
    return value;
  };
  const take = () => {
    const length = number();
    at += length;
    return module.subarray(at - length, at);
  };
  let imported = 0;
  /** @type {Buffer[]} */
  let bodies = [];
  while (at < module.length) {
    const section = module[at++];
    const end = number() + at;
    if (section === 2) {
      for (let left = number(); left > 0; left -= 1) {
        take();
        take();
        const kind = module[at++];
        // A function, or a tag of exceptions; bindgen imports nothing else.
        if (kind !== 0 && kind !== 4) throw new Error(`tools/lib/order.mjs must learn to read imports of kind ${kind}.`);
        if (kind === 0) imported += 1;
        else at += 1;
        number();
      }
    } else if (section === 10) {
      bodies = Array.from({ length: number() }, take);
    }
    at = end;
  }
  return { imported, bodies };
}

/** @param {number} value @returns {Buffer} */
function leb(value) {
  const bytes = [];
  do {
    const rest = value >>> 7;
    bytes.push((value & 127) | (rest ? 128 : 0));
    value = rest;
  } while (value);
  return Buffer.from(bytes);
}

/** @param {string} value @returns {Buffer} */
function text(value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([leb(bytes.length), bytes]);
}
