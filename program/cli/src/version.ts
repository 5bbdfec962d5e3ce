/** Of Skiff, all of it. */
export const VERSION = "0.1.0";
