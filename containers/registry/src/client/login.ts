/** GET /v2/: whether a registry takes a login (distribution-spec, "Determining Support"). */
import type { Credentials } from "./credentials.ts";
import { type Http, LOGIN_PATH } from "./http.ts";

/** See RegistryClient.login. */
export async function login(http: Http, registry: string, auth: Credentials, signal?: AbortSignal): Promise<void> {
  // Mirrors are not asked: the login is for the registry itself.
  const answer = await http.request(
    { registry, repository: "" },
    { path: LOGIN_PATH, action: "pull,push", auth, signal },
  );
  if (answer.status !== 200) throw await http.failure(answer, `registry ${registry}`);
  await answer.discard();
}
