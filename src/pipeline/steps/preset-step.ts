import { PRESET_NAMES } from '../../config/backends/preset-names.ts';
import { firstLine } from '../../runtime/log.ts';
import { load } from '../load.ts';
import { kindOfValue } from '../match/kind-of-value.ts';
import type { CreateStep } from './step.ts';

/** The part of the build that translates spans. */
interface PresetPart {
  /** Returns the same span where there is nothing to translate, and never changes the span. */
  createPreset(options: { readonly name: string; readonly mode: 'copy' | 'replace' }): (span: object) => object;
}

/** Translates spans into the attributes that a backend reads. Log records stay as the records are. */
export const createPresetStep: CreateStep = ({ name, mode = 'copy' }, where) => {
  if (typeof name !== 'string' || name === '') {
    where.at('name').refuse(`it is ${kindOfValue(name)}; expected the name of a preset`);
    return undefined;
  }
  if (mode !== 'copy' && mode !== 'replace') {
    where.at('mode').refuse('the mode is not known; expected copy or replace');
    return undefined;
  }
  const unknown = name.split(',').find((one) => !PRESET_NAMES.some((preset) => preset === one.trim()));
  if (unknown !== undefined) {
    where.at('name').refuse(`the preset "${unknown.trim()}" is not known; expected ${PRESET_NAMES.join(', ')}`);
    return undefined;
  }
  let translate: (span: object) => object;
  try {
    translate = load<PresetPart>('pipeline-preset').createPreset({ name, mode });
  } catch (error) {
    where.at('name').refuse(`the preset cannot be used (${firstLine(error)}); expected a preset of this version`);
    return undefined;
  }
  return {
    run(draft) {
      if (draft.kind === undefined) return true;
      const span = draft.toItem();
      const translated = translate(span);
      if (translated !== span) draft.absorb(translated as Record<string, unknown>);
      return true;
    },
  };
};
