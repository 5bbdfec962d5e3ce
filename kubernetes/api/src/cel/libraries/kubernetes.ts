/** The libraries expressions have in Kubernetes beside what is CEL's own. */
import type { Overload } from "../overload.ts";
import { addresses } from "./addresses.ts";
import { formats } from "./formats.ts";
import { lists } from "./lists.ts";
import { optionals } from "./optionals.ts";
import { quantities } from "./quantities.ts";
import { urls } from "./urls.ts";
import { versions } from "./versions.ts";

export const kubernetesLibraries: readonly Overload[] = [
  ...optionals,
  ...lists,
  ...urls,
  ...addresses,
  ...quantities,
  ...versions,
  ...formats,
];
