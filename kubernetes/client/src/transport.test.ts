import { httpTransport } from "./http/http-transport.ts";
import { MemoryTransport } from "./testing/memory-transport.ts";
import { serveTransport } from "./testing/serve-transport.ts";
import { transportSuite } from "./testing/transport-suite.ts";

transportSuite("MemoryTransport", async () => new MemoryTransport());

transportSuite("httpTransport()", async (t) => {
  const server = await serveTransport(new MemoryTransport());
  const transport = httpTransport({ server: server.url });
  t.after(async () => {
    await transport[Symbol.asyncDispose]();
    await server.close();
  });
  return transport;
});
