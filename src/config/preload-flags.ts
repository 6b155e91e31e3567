import { warnOnce } from '../runtime/log.ts';
import { environment } from '../runtime/platform.ts';

const FLAG = /^(?:--import|--require|--loader|--experimental-loader|-r)$/;
const MAIN_ENTRY = /^@x\/llm-otel$|[\\/]@x[\\/]llm-otel[\\/]dist[\\/]index\.[cm]js$/;
const REGISTER = Symbol.for('@x/llm-otel.register');

/** Warns if the main entry is preloaded, which records nothing, and register is not. */
export function warnOfPreloadedMainEntry(): void {
  const { process } = globalThis as { process?: Partial<NodeJS.Process> };
  try {
    const args = [...(process?.execArgv ?? []), ...(environment().NODE_OPTIONS ?? '').split(/\s+/)];
    const words = args.flatMap((arg) => (arg.startsWith('-') && arg.includes('=') ? splitOnce(arg) : [arg]));
    const flag = words.find((word, i) => FLAG.test(word) && MAIN_ENTRY.test(words[i + 1] ?? ''));
    if (flag === undefined || words.some((word) => word.includes('@x/llm-otel/register'))) return;
    if (REGISTER in globalThis) return;
    warnOnce(`${flag} @x/llm-otel records nothing, the flag needs another file: ${flag} @x/llm-otel/register.`);
  } catch {
    // a runtime that does not allow to read its environment
  }
}

const splitOnce = (arg: string): string[] => [arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)];
