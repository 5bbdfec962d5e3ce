import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createConnection } from "node:net";
import { after, before, describe, it } from "node:test";
import type { Logger } from "@skiff/api";
import {
  type Answer,
  type DecodedPacket,
  decode,
  encode,
  type Packet,
  RECURSION_DESIRED,
  type RecordType,
} from "dns-packet";
import { ClusterZone } from "./cluster-zone.ts";
import { Forwarder } from "./forwarder.ts";
import { type Listener, listen } from "./listener.ts";
import { createResolver } from "./resolver.ts";
import { ReverseZone } from "./reverse-zone.ts";
import { aService, aSlice, staticView } from "./testing/static-view.ts";
import { upstreamServer } from "./testing/upstream-server.ts";

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {}, with: () => quiet };
const many = Array.from({ length: 100 }, (_, n) => `10.244.1.${n}`);
const soa: Answer = {
  name: "example.org",
  type: "SOA",
  ttl: 20,
  data: { mname: "ns.example.org", rname: "x.example.org", serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 20 },
};

describe("the DNS server", () => {
  let upstream: Awaited<ReturnType<typeof upstreamServer>>;
  let listener: Listener;
  let ready = true;
  let now = 1_000_000;
  const stop = new AbortController();

  before(async () => {
    upstream = await upstreamServer((name, type, over) => {
      const lower = name.toLowerCase();
      if (lower === "big.example.org")
        return over === "udp"
          ? { truncated: true }
          : { answers: many.map((data) => ({ name, type: "A", ttl: 30, data })) };
      if (lower === "broken.example.org") return { rcode: 2 };
      if (lower !== "www.example.org") return { rcode: 3, authorities: [soa] };
      return { answers: type === "A" ? [{ name, type: "A", ttl: 60, data: "192.0.2.7" }] : [], authorities: [soa] };
    });
    const view = staticView(
      ["default"],
      [
        aService("default/web", { clusterIP: "10.96.0.5", ports: [] }),
        aService("default/many", { clusterIP: "None" }),
        aService("default/out", { type: "ExternalName", externalName: "www.example.org" }),
        aService("default/in", { type: "ExternalName", externalName: "web.default.svc.cluster.local" }),
      ],
      [aSlice("default/many", many)],
    );
    listener = await listen({
      address: "127.0.0.1",
      port: 0,
      log: quiet,
      answer: createResolver({
        zone: new ClusterZone({ domain: "cluster.local", serverAddress: "127.0.0.1", view }),
        reverse: new ReverseZone({ domain: "cluster.local", cidrs: ["10.96.0.0/16"], view }),
        forwarder: new Forwarder({ upstreams: [upstream.server], log: quiet, signal: stop.signal, now: () => now }),
        ready: () => ready,
        random: () => 0,
      }),
    });
  });
  after(async () => {
    stop.abort();
    await listener[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });

  async function sendUdp(request: Buffer): Promise<Buffer> {
    const socket = createSocket("udp4");
    try {
      socket.send(request, listener.port, "127.0.0.1");
      const [reply] = (await once(socket, "message", { signal: AbortSignal.timeout(5000) })) as [Buffer];
      return reply;
    } finally {
      socket.close();
    }
  }
  async function sendTcp(...requests: Buffer[]): Promise<Buffer[]> {
    const socket = createConnection(listener.port, "127.0.0.1");
    const replies: Buffer[] = [];
    let received: Buffer = Buffer.alloc(0);
    for (const request of requests) {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(request.length);
      socket.write(Buffer.concat([length, request]));
    }
    for await (const data of socket) {
      received = Buffer.concat([received, data as Buffer]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        replies.push(received.subarray(2, 2 + received.readUInt16BE(0)));
        received = received.subarray(2 + received.readUInt16BE(0));
      }
      if (replies.length === requests.length) break;
    }
    return replies;
  }
  function query(name: string, type: RecordType = "A", edns?: number): Buffer {
    const additionals = edns
      ? [
          {
            type: "OPT",
            name: ".",
            udpPayloadSize: edns,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: 0,
            flag_do: false,
            options: [],
          },
        ]
      : [];
    return encode({
      type: "query",
      id: 4711,
      flags: RECURSION_DESIRED,
      questions: [{ name, type }],
      additionals,
    } as Packet);
  }
  async function ask(name: string, type: RecordType = "A", edns?: number): Promise<DecodedPacket & { rcode: string }> {
    const packet = decode(await sendUdp(query(name, type, edns))) as DecodedPacket & { rcode: string };
    assert.equal(packet.id, 4711);
    return packet;
  }
  const data = (packet: DecodedPacket) => (packet.answers ?? []).map((answer) => ("data" in answer ? answer.data : ""));

  it("answers for the cluster with authority, keeping the case of the question", async () => {
    const packet = await ask("WEB.default.svc.Cluster.Local");
    assert.deepEqual(data(packet), ["10.96.0.5"]);
    assert.equal(packet.questions?.[0]?.name, "WEB.default.svc.Cluster.Local");
    assert.equal(packet.flag_aa, true);
    assert.equal(packet.flag_ra, true);
  });

  it("says how long a no may be kept", async () => {
    const packet = await ask("nope.default.svc.cluster.local");
    assert.equal(packet.rcode, "NXDOMAIN");
    assert.equal(packet.authorities?.[0]?.type, "SOA");
    const none = await ask("web.default.svc.cluster.local", "AAAA");
    assert.equal(none.rcode, "NOERROR");
    assert.equal(none.authorities?.[0]?.type, "SOA");
  });

  it("sends clients to TCP when a datagram is too small, and takes EDNS at its word", async () => {
    const small = await ask("many.default.svc.cluster.local");
    assert.equal(small.flag_tc, true);
    assert.equal(small.answers?.length, 0);
    const edns = await ask("web.default.svc.cluster.local", "A", 4096);
    assert.equal(edns.additionals?.[0]?.type, "OPT");
    const [first, second] = await sendTcp(
      query("many.default.svc.cluster.local"),
      query("web.default.svc.cluster.local"),
    );
    assert.equal(decode(first ?? assert.fail()).answers?.length, 100);
    assert.equal(decode(second ?? assert.fail()).answers?.length, 1);
  });

  it("forwards other names and keeps answers, yes and no, as long as they may be kept", async () => {
    assert.deepEqual(data(await ask("www.example.org")), ["192.0.2.7"]);
    now += 10_000;
    const again = await ask("WWW.example.org");
    assert.deepEqual(data(again), ["192.0.2.7"]);
    assert.equal(again.answers?.[0] && "ttl" in again.answers[0] && again.answers[0].ttl, 50);
    assert.equal((await ask("gone.example.org")).rcode, "NXDOMAIN");
    assert.equal((await ask("gone.example.org")).rcode, "NXDOMAIN");
    assert.deepEqual(upstream.asked, ["www.example.org A udp", "gone.example.org A udp"]);
    now += 60_000;
    await ask("www.example.org");
    assert.equal(upstream.asked.length, 3);
  });

  it("fetches by TCP what an upstream server cuts short", async () => {
    assert.equal((await ask("big.example.org")).flag_tc, true);
    const [reply] = await sendTcp(query("big.example.org"));
    assert.equal(decode(reply ?? assert.fail()).answers?.length, 100);
    assert.deepEqual(upstream.asked.slice(-2), ["big.example.org A udp", "big.example.org A tcp"]);
  });

  it("asks once for what many ask at the same time", async () => {
    const before = upstream.asked.length;
    await Promise.all(Array.from({ length: 20 }, () => ask("crowd.example.org")));
    assert.equal(upstream.asked.length, before + 1);
  });

  it("passes a server's failure on and does not keep it", async () => {
    assert.equal((await ask("broken.example.org")).rcode, "SERVFAIL");
    assert.equal((await ask("broken.example.org")).rcode, "SERVFAIL");
    assert.equal(upstream.asked.filter((name) => name.startsWith("broken")).length, 2);
  });

  it("resolves ExternalName Services, outside and inside the cluster", async () => {
    assert.deepEqual(data(await ask("out.default.svc.cluster.local")), ["www.example.org", "192.0.2.7"]);
    assert.deepEqual(data(await ask("in.default.svc.cluster.local")), ["web.default.svc.cluster.local", "10.96.0.5"]);
    assert.deepEqual(data(await ask("out.default.svc.cluster.local", "CNAME")), ["www.example.org"]);
  });

  it("asks clients to come again while it does not know the Services yet", async () => {
    ready = false;
    assert.equal((await ask("web.default.svc.cluster.local")).rcode, "SERVFAIL");
    assert.deepEqual(data(await ask("www.example.org")), ["192.0.2.7"]);
    ready = true;
  });

  it("refuses what is no question it can answer, and stays up", async () => {
    const header = (flags: number, questions: number) => {
      const bytes = Buffer.alloc(12);
      bytes.writeUInt16BE(flags, 2);
      bytes.writeUInt16BE(questions, 4);
      return bytes;
    };
    const rcode = async (request: Buffer) => (await sendUdp(request)).readUInt8(3) & 0x0f;
    assert.equal(await rcode(header(0, 0)), 1, "no question");
    assert.equal(await rcode(header(0, 1)), 1, "a question cut short");
    assert.equal(await rcode(header(0x2800, 1)), 4, "an UPDATE");
    const loop = Buffer.concat([header(0, 1), Buffer.from([0xc0, 12, 0, 1, 0, 1])]);
    assert.equal(await rcode(loop), 1, "a name that points at itself");
    for (let seed = 1, n = 0; n < 500; n++) {
      const noise = Buffer.alloc(12 + (n % 60));
      for (let at = 2; at < noise.length; at++) noise[at] = seed = ((seed * 48271) % 0x7fffffff) & 0xff;
      const socket = createSocket("udp4");
      await new Promise((sent) => socket.send(noise, listener.port, "127.0.0.1", sent));
      socket.close();
    }
    assert.deepEqual(data(await ask("web.default.svc.cluster.local")), ["10.96.0.5"]);
  });
});
