import { startTestApiServer } from "@skiff/apiserver/testing";
import { httpTransport } from "./http/http-transport.ts";
import { transportSuite } from "./testing/transport-suite.ts";

transportSuite("httpTransport() to the API server", async (t) => {
  // Hooks run in the order they were added; the connection must go before the server.
  const last: (() => Promise<void> | void)[] = [];
  const { url, ca, admin } = await startTestApiServer({
    after: (stop: () => Promise<void>) => void last.push(stop),
  } as typeof t);
  const transport = httpTransport({ server: url, ca, ...admin });
  t.after(async () => {
    await transport[Symbol.asyncDispose]();
    for (const stop of last) await stop();
  });
  return transport;
});

transportSuite("localTransport() of the API server", async (t) => {
  const { api } = await startTestApiServer(t);
  return api.localTransport({ name: "tester", groups: ["system:masters"] });
});
