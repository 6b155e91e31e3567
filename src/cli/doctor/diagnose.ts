import type { Env } from '../../config/env.ts';
import { CHECKS } from './checks/index.ts';
import { readSettings } from './doctor-settings.ts';
import type { Check, DoctorContext, Finding } from './finding.ts';
import { readProject } from './project/read-project.ts';

/** What the doctor is asked. */
export interface DoctorQuestion extends Pick<DoctorContext, 'network' | 'send' | 'timeoutMs' | 'nodeVersion'> {
  /** Folder of the project. */
  readonly dir: string;
  readonly env: Env;
}

/** Runs every check; undefined without a readable package.json. */
export async function diagnose({ dir, env, ...question }: DoctorQuestion): Promise<Finding[] | undefined> {
  const project = readProject(dir, env);
  if (project === undefined) return undefined;
  const context: DoctorContext = { project, ...readSettings(project.env), ...question };
  const results: Finding[] = [];
  for (const [id, check] of Object.entries<Check>(CHECKS))
    for (const result of await check(context)) results.push({ id, ...result });
  return results;
}
