import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { it, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { createReader } from "./reader.ts";
import { openDatabase, revisionOf } from "./schema.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const KILLS = 60;
const FREEZES = 300;
/** So many files are written and killed at once: one for each core the tests may have. */
const CHAINS = 2;
const VICTIM = fileURLToPath(new URL("../testing/write-until-killed.ts", import.meta.url));

it(`openSqliteStore() has every acknowledged write, whole and in order, each of ${KILLS} times its process is killed`, {
  timeout: 110_000,
}, async (t) => {
  const directory = await temporaryDirectory(t);
  const chains = Array.from({ length: CHAINS }, async (_, chain) => {
    const path = join(directory, `${chain}.db`);
    let acknowledged = 0;
    for (let run = 0; run < KILLS / CHAINS; run++) {
      const victim = startVictim(t, path, run);
      // Some are killed as soon as they have begun, most at some point of the load.
      await victim.until((run * 7) % 60);
      await victim.kill();
      acknowledged += victim.acknowledged.size;
      check(path, victim.acknowledged);
    }
    assert.ok(acknowledged > KILLS, "the victims were killed at work");
    await using store = await openSqliteStore({ path, log: { error: assert.fail } });
    const { kvs, revision } = await store.range("/load/");
    assert.equal(kvs.length, revision - 1, "each revision made one pair");
  });
  await Promise.all(chains);
});

/** Copying the files of a process that stands still gives what a kill at that moment would leave, without the price of a start. */
it(`openSqliteStore() has them at ${FREEZES} further moments in which its process might have been killed`, {
  timeout: 110_000,
}, async (t) => {
  const directory = await temporaryDirectory(t);
  const path = join(directory, "state.db");
  let last: ReturnType<typeof startVictim> | undefined;
  for (let i = 0; i < FREEZES; i++) {
    // A file that grew large would only cost time.
    if (i % 50 === 0) {
      await last?.kill();
      for (const suffix of ["", "-wal", "-shm"]) await rm(path + suffix, { force: true });
      last = startVictim(t, path, i);
    }
    assert.ok(last);
    await last.until(last.acknowledged.size + 1 + (i % 7));
    await last.frozen(async (acknowledged) => {
      for (const suffix of ["", "-wal"]) await copyFile(path + suffix, `${directory}/copy.db${suffix}`);
      check(join(directory, "copy.db"), acknowledged);
    });
  }
  await last?.kill();
});

async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "skiff-crash-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** What was acknowledged is there at its revision, pairs are whole, and no revision is missing. */
function check(path: string, acknowledged: ReadonlyMap<string, number>): void {
  const db = openDatabase(path);
  try {
    if (db.prepare("SELECT name FROM sqlite_master WHERE name = 'meta'").get() === undefined) {
      assert.equal(acknowledged.size, 0);
      return;
    }
    const reader = createReader(db);
    const revision = reader.meta("revision");
    for (const [name, at] of acknowledged) {
      assert.equal(reader.get(`/load/${name}`, revision)?.modRevision, at, `${name} was acknowledged at ${at}`);
      assert.equal(reader.get(`/twin/${name}`, revision)?.modRevision, at, `the twin of ${name} was written with it`);
    }
    const records = db.prepare("SELECT count(*) AS n, max(id) AS last FROM record").get();
    assert.equal(Number(records?.n), 2 * (revision - 1), "no transaction is there in part, and none is missing");
    if (revision > 1) assert.equal(revisionOf(Number(records?.last)), revision);
  } finally {
    db.close();
  }
}

/** A process that writes, and what it has said was acknowledged. */
function startVictim(t: TestContext, path: string, run: number) {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", VICTIM, path, String(run)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  t.after(() => void child.kill("SIGKILL"));
  const acknowledged = new Map<string, number>();
  let known = 0;
  let heard: (() => void) | undefined;
  const reading = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      const [name, revision] = line.split(" ");
      // The last line may have been cut by the kill.
      if (name && revision && line.endsWith(";")) acknowledged.set(name, Number.parseInt(revision, 10));
      heard?.();
    }
  })();
  return {
    acknowledged,
    async until(count: number) {
      while (acknowledged.size < count) {
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      }
    },
    async kill() {
      child.kill("SIGKILL");
      await Promise.all([exited, reading]);
    },
    /** Lets the process stand still while `work` runs, on what had been acknowledged since the last time. */
    async frozen(work: (acknowledged: ReadonlyMap<string, number>) => Promise<void>): Promise<void> {
      const since = new Map([...acknowledged].slice(known));
      known = acknowledged.size;
      child.kill("SIGSTOP");
      const tasks = `/proc/${child.pid}/task`;
      while (!readdirSync(tasks).every((task) => isStopped(readFileSync(`${tasks}/${task}/stat`, "utf8")))) {}
      await work(since);
      child.kill("SIGCONT");
    },
  };
}

function isStopped(stat: string): boolean {
  return stat.slice(stat.lastIndexOf(")") + 2).startsWith("T");
}
