/** The id of this process in telemetry. */

let id: string | undefined;

/**
 * `service.instance.id` where the user sets none: a UUID of version 4, the same for everything in this thread. Unique, and no
 * secret: `node:crypto` would take longer to load than the whole resource.
 */
export function instanceId(): string {
  const digits = (): string => Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join('');
  id ??= digits().replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-a$4-$5');
  return id;
}
