/** Which SDKs are recorded: switches by name. */
import { SDK_NAMES } from '../facts/sdk-names.ts';
import { warnOnce } from '../runtime/log.ts';
import { type Env, envText } from './env.ts';
import { nearestName } from './nearest-name.ts';

/** Whether `name` is the name of an SDK, or the npm name. */
export const isSdkName = (name: string): boolean =>
  Object.hasOwn(SDK_NAMES, name) || Object.values(SDK_NAMES).includes(name);

/** What `features` of a configuration file says, by SDK. */
let fileSwitches: Readonly<Record<string, boolean>> = {};

/** Lets a configuration file switch SDKs where no variable of this package does. */
export function setFileSwitches(switches: Readonly<Record<string, boolean>>): void {
  fileSwitches = switches;
}

/** Start of our names in the pair of variables that all instrumentations for Node share. `openai` alone is contrib's there. */
const PREFIX = '@x/llm-otel/';

/** Who switches the SDK of the name `sdk` off: the name of a variable, or the file; undefined for an SDK that is recorded. Warns of unknown names. */
export function switchedOffBy(sdk: string, env: Env): string | undefined {
  const lists = {
    LLM_OTEL_DISABLED_INSTRUMENTATIONS: ourList(env, 'LLM_OTEL_DISABLED_INSTRUMENTATIONS'),
    OTEL_NODE_DISABLED_INSTRUMENTATIONS: sharedList(env, 'OTEL_NODE_DISABLED_INSTRUMENTATIONS'),
  };
  for (const [variable, names] of Object.entries(lists)) if (names?.includes(sdk)) return variable;
  const only = {
    LLM_OTEL_INSTRUMENTATIONS: ourList(env, 'LLM_OTEL_INSTRUMENTATIONS'),
    OTEL_NODE_ENABLED_INSTRUMENTATIONS: sharedList(env, 'OTEL_NODE_ENABLED_INSTRUMENTATIONS'),
  };
  for (const [variable, names] of Object.entries(only))
    if (names !== undefined && !names.includes(sdk)) return variable;
  const isNamed = lists.LLM_OTEL_DISABLED_INSTRUMENTATIONS ?? only.LLM_OTEL_INSTRUMENTATIONS;
  return isNamed === undefined && fileSwitches[sdk] === false ? 'the configuration file' : undefined;
}

const itemsOf = (env: Env, variable: string): string[] =>
  (envText(env, variable) ?? '')
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '');

/** Names of SDKs in a list of ours; undefined without a name that can be used. */
function ourList(env: Env, variable: string): string[] | undefined {
  const items = itemsOf(env, variable);
  if (items.includes('none')) return [];
  if (items.includes('all')) return Object.keys(SDK_NAMES);
  return namesOf(items, variable);
}

function sharedList(env: Env, variable: string): string[] | undefined {
  const items = itemsOf(env, variable).filter((item) => item.startsWith(PREFIX));
  return namesOf(
    items.map((item) => item.slice(PREFIX.length)),
    variable,
  );
}

function namesOf(items: readonly string[], variable: string): string[] | undefined {
  const found: string[] = [];
  for (const item of items) {
    const sdk = Object.entries(SDK_NAMES).find(([name, module]) => item === name || item === module);
    if (sdk !== undefined) found.push(sdk[0]);
    else warnOfUnknown(item, variable);
  }
  return found.length === 0 ? undefined : found;
}

function warnOfUnknown(item: string, variable: string): void {
  const names = Object.keys(SDK_NAMES);
  const nearest = nearestName(item, names);
  const advice = nearest === undefined ? `expected names of ${names.join(', ')}.` : `did you mean ${nearest}?`;
  warnOnce(`${variable}: "${item.slice(0, 60)}" is no SDK that @x/llm-otel records and has no effect, ${advice}`);
}
