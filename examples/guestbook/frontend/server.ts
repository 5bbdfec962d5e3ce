/** The guestbook: a page with a form. Entries are kept in Redis, so that every replica shows the same ones. */
import { createServer, type IncomingMessage } from "node:http";
import { Redis } from "./redis.ts";

const { TITLE = "Guestbook", REDIS_HOST = "redis", REDIS_PASSWORD = "", POD_NAME = "", PORT = "8080" } = process.env;
const KEY = "guestbook:entries";
const LIMIT = 64 * 1024;

const redis = new Redis({ host: REDIS_HOST, port: 6379, password: REDIS_PASSWORD });

const server = createServer((request, response) => {
  const answer = (status: number, type: string, body: string): void => {
    response.writeHead(status, { "content-type": `${type}; charset=utf-8` }).end(body);
  };
  route(request, answer, (location) => response.writeHead(303, { location }).end()).catch((error: Error) =>
    answer(503, "text/plain", `${error.message}\n`),
  );
});

async function route(
  request: IncomingMessage,
  answer: (status: number, type: string, body: string) => void,
  redirect: (location: string) => void,
): Promise<void> {
  const path = new URL(request.url ?? "/", "http://guestbook").pathname;
  if (path === "/healthz") return answer(200, "text/plain", "ok\n");
  if (path === "/readyz") {
    await redis.command("PING");
    return answer(200, "text/plain", "ok\n");
  }
  if (path === "/entries" && request.method === "GET") {
    return answer(200, "application/json", `${JSON.stringify(await entries())}\n`);
  }
  if (path === "/entries" && request.method === "POST") {
    const text = new URLSearchParams(await body(request)).get("text")?.trim();
    if (!text) return answer(400, "text/plain", "text is required\n");
    await redis.command("RPUSH", KEY, text);
    return redirect("/");
  }
  if (path === "/") return answer(200, "text/html", page(await entries()));
  answer(404, "text/plain", "not found\n");
}

async function entries(): Promise<string[]> {
  const reply = await redis.command("LRANGE", KEY, "0", "-1");
  return Array.isArray(reply) ? reply.map(String) : [];
}

async function body(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > LIMIT) throw new Error("the entry is too long");
  }
  return text;
}

function page(lines: readonly string[]): string {
  const list = lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("\n");
  return `<!doctype html>
<html lang="en">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(TITLE)}</title>
<style>body { font: 1rem/1.5 system-ui; max-width: 40rem; margin: 2rem auto; padding: 0 1rem } input { width: 70% }</style>
<h1>${escapeHtml(TITLE)}</h1>
<form method="post" action="/entries"><input name="text" aria-label="Your entry" required> <button>Sign</button></form>
<ul>
${list}
</ul>
<p><small>Answered by ${escapeHtml(POD_NAME)}</small></p>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

server.listen(Number(PORT));

// On SIGTERM: answer what is under way, tell kept-alive clients to go elsewhere, then end.
process.on("SIGTERM", () => server.close(() => process.exit(0)));
