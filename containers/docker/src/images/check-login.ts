/** POST /auth: what `docker login` checks a login with. */
import type { Deps } from "../deps.ts";
import { type Handler, readJson } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";

const HUB = /^(?:https:\/\/)?index\.docker\.io(?:\/v1\/?)?$/;

export function checkLogin({ engine }: Deps): Handler {
  return async function checkLogin(call) {
    const body = await readJson(call);
    const text = (name: string) => (typeof body[name] === "string" && body[name] !== "" ? body[name] : undefined);
    const address = text("serveraddress") ?? "docker.io";
    const registry = HUB.test(address) ? "docker.io" : address.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
    if (!/^[\w.:[\]-]{1,255}$/.test(registry))
      throw new DockerError(400, `invalid registry address ${JSON.stringify(address)}`);
    const auth = { username: text("username"), password: text("password"), identityToken: text("identitytoken") };
    await engine.images.login(registry, auth, call.signal);
    return { status: 200, json: { Status: "Login Succeeded", IdentityToken: "" } };
  };
}
