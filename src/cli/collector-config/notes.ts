/** What a Collector cannot do, and what it does in another way: lines of comments. */
export interface Notes {
  /** A rule, or a part of a rule, that the written configuration lacks. Said on stderr too. */
  notTranslated(rule: string, why: string): void;
  /** A rule whose result differs from the result of the process. */
  differs(rule: string, how: string): void;
}

/** Notes in the order in which they were taken, each once. */
export interface NoteLists extends Notes {
  readonly lacking: readonly string[];
  readonly different: readonly string[];
}

/** Collects notes. */
export function createNotes(): NoteLists {
  const lacking = new Set<string>();
  const different = new Set<string>();
  return {
    notTranslated: (rule, why) => void lacking.add(`not translated: ${rule}: ${why}`),
    differs: (rule, how) => void different.add(`differs: ${rule}: ${how}`),
    get lacking() {
      return [...lacking];
    },
    get different() {
      return [...different];
    },
  };
}
