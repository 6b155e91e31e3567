/** The application folders of the matrix: one for each combination. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Folder, prepareApplication } from '../support/folders.ts';
import { appSource, fileOf, telemetrySource } from './apps.ts';
import { type Combination, type Format, OTEL, type Wiring } from './table.ts';

/** Prepares the folder of a combination, with the applications in it. */
export async function prepareFolder({ sdk, version, otel }: Combination, tarball: string): Promise<Folder> {
  const { api, sdkNode, instrumentation } = OTEL[otel];
  const dependencies = {
    '@opentelemetry/api': api,
    '@opentelemetry/sdk-node': sdkNode,
    '@opentelemetry/instrumentation': instrumentation,
    [sdk.module]: version,
  };
  const folder = await prepareApplication(`${sdk.module}-${version}-otel-${otel}`, dependencies, tarball);
  for (const format of ['esm', 'cjs'] as const) {
    writeFileSync(join(folder.path, fileOf('app', format)), appSource(sdk, format));
    for (const wiring of ['class', 'register'] as const)
      writeFileSync(join(folder.path, telemetryFile(wiring, format)), telemetrySource(sdk, wiring, format));
  }
  return folder;
}

/** The file that sets telemetry up for a wiring without our register. */
export function telemetryFile(wiring: Wiring, format: Format): string {
  return fileOf(`telemetry-${wiring}`, format);
}
