import type { QueueSortPlugin } from "../../framework.ts";

/** PrioritySort: higher priority first; among equals, who came first. */
export const prioritySort: QueueSortPlugin = {
  name: "PrioritySort",
  wakesOn: [],
  before: (a, b) => b.info.priority - a.info.priority || a.since - b.since,
};
