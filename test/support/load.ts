/** Requests one after the other on several lanes, each on a connection of its own, until told to stop. */
import { request } from "node:http";

export interface Load extends AsyncDisposable {
  /** Resolves after `count` more requests were answered. */
  answered(count: number): Promise<void>;
  stop(): Promise<LoadResult>;
}

export interface LoadResult {
  readonly ok: number;
  readonly failures: readonly string[];
}

/** Starts `lanes` lanes of GET requests on `url`; each lane sends the next request as soon as the last is answered. */
export function constantLoad(url: string, lanes: number): Load {
  const failures: string[] = [];
  let ok = 0;
  let stopped = false;
  let waiting: { at: number; resolve: () => void }[] = [];

  const lane = async (): Promise<void> => {
    while (!stopped) {
      const failure = await once(url);
      if (failure === undefined) ok++;
      else failures.push(`request ${ok + failures.length}: ${failure}`);
      for (const { at, resolve } of waiting) if (ok + failures.length >= at) resolve();
      waiting = waiting.filter(({ at }) => ok + failures.length < at);
    }
  };
  const running = Array.from({ length: lanes }, lane);
  const stop = async (): Promise<LoadResult> => {
    stopped = true;
    await Promise.all(running);
    return { ok, failures };
  };
  return {
    answered: (count) => new Promise((resolve) => waiting.push({ at: ok + failures.length + count, resolve })),
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}

/** One request; gives what went wrong, or undefined. */
function once(url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const call = request(url, { agent: false, timeout: 5000 }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode === 200 ? undefined : `status ${response.statusCode}`));
      response.on("error", (error) => resolve(error.message));
    });
    call.on("timeout", () => call.destroy(new Error("no answer within 5 s")));
    call.on("error", (error) => resolve(error.message));
    call.end();
  });
}
