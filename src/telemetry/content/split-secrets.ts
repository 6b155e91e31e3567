import type { Part } from '../../facts/messages.ts';
import { contentDetectors } from '../../redaction/content-detectors.ts';
import { redactSplitSecrets } from '../../redaction/redact-text.ts';
import type { ContentSettings } from './prepare-part.ts';
import { REDACTION_MARGIN } from './truncation.ts';

/**
 * The parts, with marks in place of secrets that go from a text part over the end into the next text parts. Only the text that can
 * be recorded is searched.
 */
export function withoutSplitSecrets(
  parts: readonly Part[],
  { redactPatterns, contentMaxPartBytes }: Pick<ContentSettings, 'redactPatterns' | 'contentMaxPartBytes'>,
): readonly Part[] {
  const detectors = parts.length < 2 ? undefined : contentDetectors(redactPatterns);
  if (detectors === undefined) return parts;
  let changed: Part[] | undefined;
  for (let first = 0; first < parts.length; ) {
    const texts: string[] = [];
    while (isText(parts[first + texts.length])) texts.push(parts[first + texts.length]?.content as string);
    // A longer text is cut, and what comes after the cut is not recorded beside the next part.
    const fits = texts.every((text) => text.length <= contentMaxPartBytes + REDACTION_MARGIN);
    if (texts.length > 1 && fits)
      for (const [i, text] of redactSplitSecrets(texts, detectors).entries()) {
        if (text === texts[i]) continue;
        changed ??= [...parts];
        changed[first + i] = { ...(parts[first + i] as Part), content: text };
      }
    first += Math.max(1, texts.length);
  }
  return changed ?? parts;
}

function isText(part: Part | undefined): boolean {
  return part !== undefined && part.type === 'text' && typeof part.content === 'string';
}
