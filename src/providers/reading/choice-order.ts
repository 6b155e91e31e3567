import { asArray, asObject } from './unknown-values.ts';

/** The greatest index that is believed. A greater number would make a list with that many holes. */
const MOST = 1024;

/** The index of a choice: the sent index, else the position in the list. */
export function choiceIndex(sent: unknown, position: number): number {
  return Number.isInteger(sent) && (sent as number) >= 0 && (sent as number) < MOST ? (sent as number) : position;
}

/**
 * Choices or candidates by their `index`: a server may list the choices as they become ready. Choices without an index stay
 * where they are.
 */
export function inChoiceOrder(choices: unknown): readonly unknown[] | undefined {
  const list = asArray(choices);
  if (list === undefined || list.length < 2) return list;
  return list
    .map((choice, position) => ({ choice, index: choiceIndex(asObject(choice)?.index, position) }))
    .sort((a, b) => a.index - b.index)
    .map(({ choice }) => choice);
}
