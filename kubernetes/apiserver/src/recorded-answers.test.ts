/** The server answers what a real Kubernetes server was recorded to answer, but where 1.36 is known to differ. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { lacks, type RecordedCase, Replay, readRecordings } from "./testing/recorded-answers.ts";
import { type Aspect, differences } from "./testing/recorded-differences.ts";
import { type Answered, Requests } from "./testing/requests.ts";
import { startTestApiServer } from "./testing/start-test-api-server.ts";

interface Status {
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly reason: string; readonly field: string }[] };
}

const recordings = readRecordings(new URL("./testdata/recorded-answers.json", import.meta.url));
const closing: (() => unknown)[] = [];
const agreed: Record<Aspect, number> = { refusal: 0, message: 0, object: 0 };
const explained = new Set<string>();
let requests: Requests;
let replay: Replay;

/** What of the answer is not as recorded, and how. */
function compare(
  one: RecordedCase,
  { code, body }: Answered,
): { aspect: Aspect; got: unknown; want: unknown } | undefined {
  const status = body as Status;
  const causes = status.details?.causes?.map(({ reason, field }) => [reason, field]);
  const isRefusal = one.message !== undefined;
  const got = isRefusal ? { code, reason: status.reason, causes } : { code };
  const want = isRefusal ? { code: one.code, reason: one.reason, causes: one.causes } : { code: one.code };
  if (JSON.stringify(got) !== JSON.stringify(want)) return { aspect: "refusal", got: { ...got, body }, want };
  if (isRefusal) {
    return status.message === one.message ? undefined : { aspect: "message", got: status.message, want: one.message };
  }
  const found = lacks(body, one.answer).filter((path) => !isExplained(one, path));
  return found.length === 0 ? undefined : { aspect: "object", got: found, want: [] };
}

function isExplained(one: RecordedCase, path: string): boolean {
  const found = differences.find(({ paths, explains }) => paths?.test(path) === true && explains(one));
  if (found) explained.add(found.why);
  return found !== undefined;
}

function explanation(one: RecordedCase, aspect: Aspect): string | undefined {
  return differences.find((difference) => difference.aspect === aspect && difference.explains(one))?.why;
}

describe("the server answers as Kubernetes does", () => {
  before(async () => {
    const server = await startTestApiServer({ after: (close) => closing.push(close as () => unknown) });
    requests = new Requests(server);
    replay = new Replay(requests, recordings);
    await requests.send("POST", "/api/v1/namespaces", { metadata: { name: "tr" } });
    await requests.send("POST", "/api/v1/namespaces/tr/serviceaccounts", { metadata: { name: "default" } });
  });

  after(async () => {
    requests[Symbol.dispose]();
    for (const close of closing) await close();
  });

  for (const one of recordings.cases) {
    it(one.when, async () => {
      const found = compare(one, await replay.ask(one));
      if (found === undefined) agreed[one.message === undefined ? "object" : "message"]++;
      if (found?.aspect !== "refusal") agreed.refusal++;
      if (found === undefined) return;
      const why = explanation(one, found.aspect);
      if (why === undefined) assert.deepEqual(found.got, found.want);
      else explained.add(why);
    });
  }

  it("in all but a few of the recorded refusals to the code, reason and field", () => {
    const all = recordings.cases.length;
    assert.ok(agreed.refusal / all >= 0.97, `${agreed.refusal} of ${all} agree`);
  });

  it("and every listed difference is one", () => {
    const idle = differences.map(({ why }) => why).filter((why) => !explained.has(why));
    assert.deepEqual(idle, []);
  });
});
