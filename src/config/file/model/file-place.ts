import type { ConfigPlace } from '../../config-place.ts';
import { pointerStep } from '../problem.ts';
import { entryOf } from '../text/document-node.ts';
import { Section } from './section.ts';

/** The place of a section in its file. A value that the file does not have stands where the map around the value stands. */
export function filePlace({ node, pointer, context }: Section): ConfigPlace {
  return {
    at(key) {
      const below =
        typeof key === 'number' ? (node?.kind === 'list' ? node.items[key] : undefined) : entryOf(node, key)?.node;
      return filePlace(new Section(below ?? node, pointer + pointerStep(key), context));
    },
    refuse: (message) => new Section(node, pointer, context).refuse(message),
  };
}
