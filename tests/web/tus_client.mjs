/** Sends files with the tus project's own client, as the JSON on standard input asks; prints what came of each. */

import { readFileSync } from "node:fs";
import { Upload } from "tus-js-client";

/**
 * @typedef {{ endpoint: string, file: string, options: object, then?: "pause" | "terminate" }} Errand
 */

/** @param {Errand} errand */
function run({ endpoint, file, options, then }) {
  return new Promise((resolve) => {
    const requests = [];
    let paused = false;
    const tell = (outcome) =>
      resolve({ ...outcome, requests, url: upload.url });
    const upload = new Upload(readFileSync(file), {
      endpoint,
      retryDelays: Array(60).fill(20),
      ...options,
      onAfterResponse: (request, response) => {
        requests.push([request.getMethod(), response.getStatus()]);
      },
      onChunkComplete: async () => {
        if (then === "pause" && !paused) {
          paused = true;
          await upload.abort();
          setTimeout(() => upload.start(), 50);
        }
        if (then === "terminate") {
          await upload.abort(true);
          tell({ ended: true });
        }
      },
      onSuccess: ({ lastResponse }) => tell({ photo: lastResponse.getHeader("Upload-Photo") }),
      onError: (error) =>
        tell({
          status: error.originalResponse?.getStatus() ?? null,
          problem: error.originalResponse?.getBody() ?? String(error),
        }),
    });
    upload.start();
  });
}

const errands = JSON.parse(readFileSync(0, "utf-8"));
console.log(JSON.stringify(await Promise.all(errands.map(run))));
