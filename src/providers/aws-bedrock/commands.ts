/** The commands that call a model. */

/** Names of the commands, without the end `Command`. */
const NAMES = ['Converse', 'ConverseStream', 'InvokeModel', 'InvokeModelWithResponseStream'] as const;

/** A command that calls a model. */
export type CommandName = (typeof NAMES)[number];

/** Finds the name of a command; `undefined` for commands that call no model. */
export type FindCommand = (command: unknown) => CommandName | undefined;

/**
 * Knows a command by its class, because a minifier shortens names; a command of another copy of the SDK by the name of its
 * class.
 * @param exports the exports of the SDK, if at hand
 */
export function commandsOf(exports: unknown): FindCommand {
  const classes = exports as Readonly<Record<string, unknown>> | undefined;
  const byClass = new Map<unknown, CommandName>();
  for (const name of NAMES) {
    const made = classes?.[`${name}Command`];
    if (made !== undefined) byClass.set(made, name);
  }
  return (command) => {
    const made = (command as object | null | undefined)?.constructor;
    return byClass.get(made) ?? NAMES.find((name) => `${name}Command` === made?.name);
  };
}
