import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { displayPorts, type Port } from "./display-ports.ts";

const port = (PrivatePort: number, PublicPort?: number, IP = "0.0.0.0", Type = "tcp"): Port =>
  PublicPort === undefined ? { PrivatePort, Type } : { IP, PrivatePort, PublicPort, Type };

const table = [
  { when: "a port is exposed", ports: [port(80)], want: "80/tcp" },
  { when: "a port is published elsewhere", ports: [port(80, 8080)], want: "0.0.0.0:8080->80/tcp" },
  {
    when: "neighbours are published as themselves",
    ports: [port(81, 81), port(80, 80), port(82, 82)],
    want: "0.0.0.0:80-82->80-82/tcp",
  },
  { when: "neighbours are exposed", ports: [port(100), port(101), port(103)], want: "100-101/tcp, 103/tcp" },
  { when: "an address is of IPv6", ports: [port(80, 8080, "::")], want: "[::]:8080->80/tcp" },
];

describe("displayPorts()", () => {
  for (const { when, ports, want } of table)
    it(`gives ${want} when ${when}`, () => assert.equal(displayPorts(ports), want));
});
