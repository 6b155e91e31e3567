import type { ConfigPlace } from '../../../config/config-place.ts';
import { kindOfValue } from '../../match/kind-of-value.ts';
import { jsonOf } from './json-of.ts';

/** Compiles a text with `${key}` in the places of attributes. An absent attribute is empty, a list has commas. */
export function compileTemplate(
  template: unknown,
  where: ConfigPlace,
): ((read: (key: string) => unknown) => string) | undefined {
  if (typeof template !== 'string' || template === '') {
    where.refuse(`it is ${kindOfValue(template)}; expected a text such as "chat \${gen_ai.request.model}"`);
    return undefined;
  }
  const parts = template.split(/\$\{([^}]*)\}/);
  return (read) => parts.map((part, index) => (index % 2 === 0 ? part : textOf(read(part)))).join('');
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map((item) => (Array.isArray(item) ? jsonOf(item) : textOf(item))).join();
  return typeof value === 'object' ? jsonOf(value) : String(value);
}
