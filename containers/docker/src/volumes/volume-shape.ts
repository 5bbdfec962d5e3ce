import type { Volume } from "@skiff/engine";

const ANONYMOUS = { "com.docker.volume.anonymous": "" };

/** A volume as Docker shows it. */
export function volumeShape({ name, mountpoint, createdAt, labels, options, anonymous }: Volume): object {
  const shown = anonymous ? { ...ANONYMOUS, ...labels } : labels;
  return {
    CreatedAt: new Date(createdAt).toISOString().replace(/\.\d+/, ""),
    Driver: "local",
    Labels: Object.keys(shown).length === 0 ? null : shown,
    Mountpoint: mountpoint,
    Name: name,
    Options: Object.keys(options).length === 0 ? null : options,
    Scope: "local",
  };
}
