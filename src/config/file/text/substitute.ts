/** `${...}` or an escaped `$`. */
const REFERENCE = /\$\$|\$\{([^}\n]*)\}/g;
/** `env:` is the only source of values that the specification knows. */
const CONTENT = /^(?:env:)?([a-zA-Z_]\w*)(?::-(.*))?$/s;

/** A text after substitution. */
export interface Substituted {
  readonly text: string;
  /** Names of the variables in the text. */
  readonly variables: readonly string[];
  /** A reference that cannot be read. */
  readonly isBroken: boolean;
}

/**
 * Puts variables into a text: `${VAR}`, `${env:VAR}`, `${VAR:-default}`, and `$$` for a dollar sign. A variable without
 * text counts as not set. https://opentelemetry.io/docs/specs/otel/configuration/data-model/#environment-variable-substitution
 */
export function substitute(text: string, env: Readonly<Record<string, string | undefined>>): Substituted {
  const variables: string[] = [];
  let isBroken = false;
  const replaced = text.replace(REFERENCE, (reference: string, content: string | undefined) => {
    if (content === undefined) return '$';
    const [matched, name = '', fallback = ''] = CONTENT.exec(content) ?? [];
    if (matched === undefined) {
      isBroken = true;
      return reference;
    }
    variables.push(name);
    return env[name] || fallback;
  });
  return { text: replaced, variables, isBroken };
}
