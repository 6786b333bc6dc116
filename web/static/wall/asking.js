/** @file Asks the server one question, and turns its refusals into sentences to show. */

/** After this long, in milliseconds, an answer is no longer waited for. */
const PATIENCE = 15_000;

/** What the server, or the way to it, had against a request; the message is a sentence for the dispatcher. */
export class Problem extends Error {
  /**
   * @param {string} sentence
   * @param {number} status 0 when no answer came
   */
  constructor(sentence, status) {
    super(sentence);
    this.name = "Problem";
    this.status = status;
  }
}

/**
 * Ask, and give the answer when it is a good one.
 *
 * @param {"GET" | "POST"} method
 * @param {string} address
 * @param {object} needs
 * @param {import("./shapes.js").Say} needs.say
 * @param {object | FormData} [needs.body] an object travels as JSON
 * @param {AbortSignal} [needs.signal] instead of our own patience
 * @param {string} [needs.accept]
 * @param {boolean} [needs.keepalive] whether it may outlive the page
 * @returns {Promise<Response>} rejects with a Problem
 */
export async function ask(method, address, { say, body, signal, accept = "application/json", keepalive = false }) {
  const isForm = body instanceof FormData;
  /** @type {Record<string, string>} */
  const headers = { Accept: accept };
  if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(address, {
      method,
      headers,
      cache: "no-store",
      body: body === undefined ? null : isForm ? body : JSON.stringify(body),
      signal: signal ?? AbortSignal.timeout(PATIENCE),
      keepalive,
    });
  } catch {
    throw new Problem(say(method === "GET" ? "errors.no_answer" : "errors.perhaps_done"), 0);
  }
  if (response.ok) return response;
  throw new Problem(await sentenceOf(response, say), response.status);
}

/**
 * @param {Response} response
 * @param {import("./shapes.js").Say} say
 */
async function sentenceOf(response, say) {
  try {
    const problem = await response.json();
    if (typeof problem.title === "string" && problem.title) return problem.title;
  } catch {
    // Something between us and the server answered, in a form of its own.
  }
  return say("errors.unexpected", { status: response.status });
}
