import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { whatIsWrongWithSchedule } from "./cron-schedule.ts";

const table: readonly { schedule: string; want: string | undefined }[] = [
  { schedule: "* * * * *", want: undefined },
  { schedule: "*/15 0-6,22 1 jan-mar MON", want: undefined },
  { schedule: "5/10 * ? * *", want: undefined },
  { schedule: "@hourly", want: undefined },
  { schedule: "@every 1h30m", want: undefined },
  { schedule: "error", want: "expected exactly 5 fields, found 1: [error]" },
  { schedule: "* * * *", want: "expected exactly 5 fields, found 4: [* * * *]" },
  { schedule: "60 * * * *", want: "end of range (60) above maximum (59): 60" },
  { schedule: "* * 0 * *", want: "beginning of range (0) below minimum (1): 0" },
  { schedule: "5-1 * * * *", want: "beginning of range (5) beyond end of range (1): 5-1" },
  { schedule: "*/0 * * * *", want: "step of range should be a positive number: */0" },
  { schedule: "1-2-3 * * * *", want: "too many hyphens: 1-2-3" },
  { schedule: "x * * * *", want: 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax' },
  { schedule: "@never", want: "unrecognized descriptor: @never" },
];

describe("whatIsWrongWithSchedule()", () => {
  for (const { schedule, want } of table) {
    it(`says ${want ?? "nothing"} of "${schedule}"`, () => {
      assert.equal(whatIsWrongWithSchedule(schedule), want);
    });
  }
});
