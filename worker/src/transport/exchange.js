// One request with its clock, and what came back. In JavaScript, because each step of it would otherwise cross into WebAssembly
// and back: a scan makes fifty of these, and half of its computing was that.

export class Exchange {
  #controller = new AbortController();
  #isOpen = true;
  #timer;

  /** Begins with so many milliseconds. @param {number} ms */
  constructor(ms) {
    this.within(ms);
  }

  /** Gives what follows so many milliseconds from now. @param {number} ms */
  within(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#controller.abort(), ms);
  }

  /** Whether it ended because its time was over. */
  get isLate() {
    return this.#controller.signal.aborted;
  }

  /**
   * Sends the request. Redirects are not followed.
   * @param {string} url
   * @param {string} method
   * @param {Headers} headers
   * @param {Uint8Array} [body]
   * @returns {Promise<Response>} rejected where nothing came back, or too late
   */
  send(url, method, headers, body) {
    // What counts is what the site says now. Without `cf` options, which cannot be combined with this; what is sent with POST is
    // in no cache.
    const cache = body ? undefined : "no-store";
    return fetch(url, { method, headers, body, cache, redirect: "manual", signal: this.#controller.signal });
  }

  /**
   * Reads at most so many bytes of a body. What is beyond is not waited for.
   * @param {Response} response
   * @param {number} limit
   * @returns {Promise<{ chunks: Uint8Array[], cut: "limit" | "time" | "broken" | undefined }>} never rejected
   */
  async read({ body }, limit) {
    /** @type {Uint8Array[]} */
    const chunks = [];
    if (!body) return this.#close({ chunks });
    if (!limit) {
      this.end();
      return { chunks, cut: "limit" };
    }
    let room = limit;
    const reader = body.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return this.#close({ chunks });
        // Keeps no more than is wanted: a chunk may be far larger than what there is room for.
        chunks.push(value.subarray(0, room));
        if (value.length > room) {
          this.end();
          return { chunks, cut: "limit" };
        }
        room -= value.length;
      }
    } catch {
      return this.#close({ chunks, cut: this.isLate ? "time" : "broken" });
    }
  }

  /** Takes back what is still on its way: it would keep its place among the connections. */
  end() {
    if (!this.#isOpen) return;
    this.#close();
    this.#controller.abort();
  }

  /** Nothing is on its way any more. @template T @param {T} [read] */
  #close(read) {
    this.#isOpen = false;
    clearTimeout(this.#timer);
    return read;
  }
}

/**
 * Every header field, name and value by turns. The runtime gives names in lower case and in their order, and joins all duplicates
 * but those of `Set-Cookie`.
 * @param {Response} response
 * @returns {string[]}
 */
export function fields({ headers }) {
  return [...headers].flat();
}
