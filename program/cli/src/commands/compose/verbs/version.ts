/** `skiff compose version`. */

import { VERSION } from "../../../version.ts";
import { on, value, verbTable } from "../flag-table.ts";
import type { Verb } from "../verb.ts";

export const version: Verb = {
  table: verbTable("version [OPTIONS]", {
    format: value("string", "pretty or json", "f"),
    short: on("only the number"),
  }),
  run(call) {
    const { flags } = call;
    if (flags.has("short")) call.print(VERSION);
    else if (flags.value("format") === "json") call.print(JSON.stringify({ version: VERSION }));
    else call.print(`Skiff Compose version ${VERSION}`);
    return Promise.resolve(0);
  },
};
