import { nearestName } from '../../nearest-name.ts';
import { PROPAGATORS, type PropagatorName } from '../../sdk/propagators.ts';
import type { Section } from './section.ts';

const isName = (name: string): name is PropagatorName => PROPAGATORS.some((known) => known === name);

/** Reads `propagator`: the names of `composite`, then those of `composite_list`, each once. */
export function mapPropagators(section: Section): readonly PropagatorName[] {
  const listed = section.list('composite').map((entry) => entry.only()[0]);
  const written = (section.text('composite_list') ?? '').split(',').map((name) => name.trim());
  const names = new Set([...listed, ...written].filter((name) => name !== '' && name !== 'none'));
  const unknown = [...names].find((name) => !isName(name));
  if (unknown !== undefined) {
    const nearest = nearestName(unknown, PROPAGATORS);
    const hint = nearest === undefined ? '' : `, did you mean "${nearest}"?`;
    const shown = JSON.stringify(unknown.slice(0, 40));
    section.refuse(
      `the propagator ${shown} is not known; expected ${PROPAGATORS.join(', ')} or none${hint}`,
      'composite_list',
    );
  }
  return [...names].filter(isName);
}
