/** Writes the events that watchers wait for, each with its number and the time it was sent at: at a rate, or as fast as they are taken. */
import { connect, type TLSSocket } from "node:tls";
import type { WatchLoad } from "./watch.ts";

process.once("message", async (load: WatchLoad) => {
  const started = performance.now();
  await (load.perSecond > 0 ? atRate(load) : fullSpeed(load));
  process.send?.(performance.now() - started);
  process.disconnect?.();
});

const CONNECTIONS = 16;

/** One writer after another would wait for each write: so many write at once, each taking the next number. */
async function fullSpeed(load: WatchLoad): Promise<void> {
  // The order of the numbers has to be that of the revisions: one object, changed again and again, by pipelined requests.
  const socket = await open(load);
  let answered = 0;
  let sent = 0;
  await new Promise<void>((resolve) => {
    const onData = answers(() => {
      if (++answered === load.events) resolve();
      else if (sent < load.events) socket.write(request(load, sent++));
    });
    socket.on("data", onData);
    for (; sent < Math.min(CONNECTIONS, load.events); sent++) socket.write(request(load, sent));
  });
  socket.destroy();
}

async function atRate(load: WatchLoad): Promise<void> {
  const socket = await open(load);
  let answered = 0;
  const done = Promise.withResolvers<void>();
  socket.on(
    "data",
    answers(() => {
      if (++answered === load.events) done.resolve();
    }),
  );
  const started = performance.now();
  for (let sent = 0; sent < load.events; ) {
    const due = Math.min(((performance.now() - started) / 1000) * load.perSecond, load.events);
    for (; sent < due; sent++) socket.write(request(load, sent));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await done.promise;
  socket.destroy();
}

function open({ url, ca, cert, key }: WatchLoad): Promise<TLSSocket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const o = { host: hostname, port: Number(port), ca, cert, key, ALPNProtocols: ["http/1.1"] };
    const socket = connect({ ...o, rejectUnauthorized: false }, () => resolve(socket.setNoDelay()));
    socket.once("error", reject);
  });
}

function request({ writePath }: WatchLoad, number: number): string {
  const at = (performance.timeOrigin + performance.now()).toFixed(2);
  const body = `{"metadata":{"name":"e${number}"},"data":{"x":"@${number} ${at}@"}}`;
  return `POST ${writePath} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

/** Counts the answers in a stream of them. */
function answers(onAnswer: () => void): (piece: Buffer) => void {
  let rest = "";
  return (piece) => {
    rest += piece.toString("latin1");
    for (;;) {
      const head = rest.indexOf("\r\n\r\n");
      if (head < 0) return;
      if (!rest.startsWith("HTTP/1.1 2")) throw new Error(`not answered as expected: ${rest}`);
      const end = head + 4 + Number(/\r\ncontent-length: (\d+)\r\n/i.exec(rest.slice(0, head + 2))?.[1]);
      if (rest.length < end) return;
      rest = rest.slice(end);
      onAnswer();
    }
  };
}
