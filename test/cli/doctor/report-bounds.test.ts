/** A process with many SDKs, requests or hosts keeps short lists for the report of the doctor. */
import { expect, test } from 'vitest';
import { missedRequests, noteMissedRequest } from '../../../src/patching/loading/missed-requests.ts';
import { notePatched, patchedFiles } from '../../../src/patching/loading/tell-patched.ts';
import { hostsWithoutCounts, noteStreamWithoutCounts } from '../../../src/telemetry/call/streams-without-counts.ts';

const LISTS: readonly (readonly [
  name: string,
  most: number,
  note: (name: string) => void,
  list: () => readonly string[],
])[] = [
  [
    'patched files',
    100,
    (module) => notePatched({ module, location: undefined, methods: () => [] }),
    () => patchedFiles().map(({ module }) => module),
  ],
  ['missed requests', 20, noteMissedRequest, missedRequests],
  ['hosts without token counts', 20, noteStreamWithoutCounts, hostsWithoutCounts],
];

test.each(LISTS)('%s: the first %i are kept', (_name, most, note, list) => {
  const names = Array.from({ length: most + 5 }, (_, i) => `name-${i}`);
  for (const name of names) note(name);
  expect(list()).toEqual(names.slice(0, most));
});
