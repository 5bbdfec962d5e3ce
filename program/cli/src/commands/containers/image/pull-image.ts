/** Fetching an image from its registry, with the user's login there. */
import type { DockerClient } from "@skiff/docker/client";
import { loginHeader } from "../registry/login-header.ts";
import { type MessageOutput, showMessages } from "./show-messages.ts";

/** How. */
export interface PullOptions {
  readonly platform?: string | undefined;
  readonly allTags?: boolean;
  /** Where it is told how it goes. */
  readonly output: MessageOutput | undefined;
}

/** Pulls an image. Throws what the API answers. */
export async function pullImage(
  client: DockerClient,
  image: string,
  { platform, allTags = false, output }: PullOptions,
): Promise<void> {
  // Without a tag the whole name is one, else every tag would be meant.
  const hasTag = image.includes("@") || image.lastIndexOf(":") > image.lastIndexOf("/");
  const query = { fromImage: image, tag: hasTag || allTags ? undefined : "latest", platform };
  const headers = await loginHeader(image);
  await showMessages(client.messages("/images/create", { method: "POST", query, headers }), output);
}
