import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { ResourceSettings } from '../../config/sdk/resource-settings.ts';
import { readRegularFile } from '../../runtime/read-file.ts';
import { VERSION } from '../../runtime/version.ts';

/** Most folders that are searched for a package.json, from the main file of the application upwards. */
const MOST_LEVELS = 6;
/** Largest package.json that is read. */
const MOST_BYTES = 1024 * 1024;

/**
 * The source of the telemetry. Only attributes that are available at once: a resource with attributes that are still being
 * detected would hold back the last batch of a process that ends. Without the command line, which may hold secrets.
 */
export function createResource({ serviceName, attributes, schemaUrl }: ResourceSettings): Resource {
  const name = serviceName ?? packageName() ?? 'unknown_service:node';
  return defaultResource().merge(
    resourceFromAttributes(
      {
        'service.instance.id': uuid(),
        'host.name': hostname(),
        'host.arch': process.arch === 'x64' ? 'amd64' : process.arch,
        'process.pid': process.pid,
        'process.runtime.name': 'nodejs',
        'process.runtime.version': process.versions.node,
        'telemetry.distro.name': '@x/llm-otel',
        'telemetry.distro.version': VERSION,
        ...attributes,
        'service.name': name,
      },
      schemaUrl === undefined ? {} : { schemaUrl },
    ),
  );
}

/** A unique text, not a secret: node:crypto would take longer to load than the whole resource. */
function uuid(): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join('');
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-a$4-$5');
}

/** The name in the package.json nearest to the application's main file. */
function packageName(): string | undefined {
  const main = process.argv[1];
  // The main file of a framework's command belongs to the framework; the application is in the working directory.
  let folder = main === undefined || main.includes('node_modules') ? workingDirectory() : dirname(main);
  for (let level = 0; level < MOST_LEVELS && folder !== undefined; level++) {
    const name = nameIn(join(folder, 'package.json'));
    if (name !== undefined) return name;
    const parent: string = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
  return undefined;
}

/** The name in a package.json; undefined without a file or a name. */
function nameIn(path: string): string | undefined {
  const file = readRegularFile(path, MOST_BYTES);
  if ('problem' in file) return undefined;
  try {
    const { name } = JSON.parse(file.bytes.toString('utf8')) as { name?: unknown };
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined; // no JSON
  }
}

function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined; // a directory that was removed
  }
}
