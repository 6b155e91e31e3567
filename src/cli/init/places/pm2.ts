import { hasRequire, wordsOf } from '../../launch/preload-flag.ts';
import { type InitProject, lineEnd, type Place } from '../place.ts';

const CONFIG = /^ecosystem\.config\.(?:[cm]?js|json)$/;
const ARGUMENTS = /(["']?\bnode_args\b["']?\s*:\s*)(["'])([^"'\n]*)\2/g;
const SCRIPT = /^([ \t]*)(["']?)script\2\s*:\s*(["'])[^"'\n]*\3\s*(,?)[ \t]*(?:\/\/.*)?$/gm;

/** `node_args` of each application of pm2. */
export const PM2: Place = {
  applies: ({ paths }) => paths.some((path) => CONFIG.test(path)),
  change(project) {
    for (const path of project.paths.filter((one) => CONFIG.test(one))) changeFile(project, path);
  },
};

function changeFile(project: InitProject, path: string): void {
  const text = project.read(path) ?? '';
  if (text.includes('@x/llm-otel/register')) return;
  const scripts = [...text.matchAll(SCRIPT)];
  const existing = [...text.matchAll(ARGUMENTS)];
  if (existing.length === 0 && scripts.length > 0) {
    project.change(path, text.replaceAll(SCRIPT, withArguments(lineEnd(text))));
    return;
  }
  // With arguments for a part of the applications the owner of a line is not clear.
  if (existing.length === 0 || existing.length < scripts.length) {
    project.note(`${path}: add node_args: '--import @x/llm-otel/register' to each application`);
    return;
  }
  project.change(
    path,
    text.replaceAll(ARGUMENTS, (_all, name: string, quote: string, value: string) => {
      const flag = hasRequire(wordsOf(value)) ? '--require' : '--import';
      return `${name}${quote}${[`${flag} @x/llm-otel/register`, value].filter((part) => part !== '').join(' ')}${quote}`;
    }),
  );
}

const withArguments =
  (end: string) =>
  (line: string, indent: string, nameQuote: string, quote: string, comma: string): string => {
    const added = `${indent}${nameQuote}node_args${nameQuote}: ${quote}--import @x/llm-otel/register${quote}`;
    return comma === '' ? `${added},${end}${line}` : `${line}${end}${added},`;
  };
