/**
 * Listeners of register on `process`. Node warns of a leak when an event gets more listeners than `getMaxListeners()`, and
 * counts the listeners of register too. So a listener of register steps aside while the application adds a listener to a full
 * event, and comes back in a microtask without a warning. The limit of the application stays as the application knows the limit.
 */

/** A listener of any event. */
export type Listener = (...args: never[]) => void;

/** The field has no public function that gives back the value "not set". */
const emitter = process as NodeJS.EventEmitter & { _maxListeners?: number | undefined };

/** Our listeners by event; true: comes back after stepping aside. */
const ours = new Map<string | symbol, Map<Listener, boolean>>();
/** Listeners that have stepped aside. */
const aside = new Set<() => void>();

/**
 * Adds a listener of ours.
 * @param comesBack false for a listener that exists only while nobody else listens
 */
export function listen(event: string | symbol, listener: Listener, comesBack = true): void {
  if (ours.size === 0) {
    ours.set('newListener', new Map());
    listen('newListener', makeRoom);
  }
  const known = ours.get(event) ?? new Map<Listener, boolean>();
  ours.set(event, known.set(listener, comesBack));
  const most = emitter.getMaxListeners();
  if (most <= 0 || emitter.listenerCount(event) < most) emitter.on(event, listener as () => void);
  else addAboveLimit(event, listener);
}

function addAboveLimit(event: string | symbol, listener: Listener): void {
  const limit = emitter._maxListeners;
  emitter._maxListeners = 0;
  try {
    emitter.on(event, listener as () => void);
  } finally {
    emitter._maxListeners = limit;
  }
}

/** Takes a listener of ours away. */
export function unlisten(event: string | symbol, listener: Listener): void {
  emitter.removeListener(event, listener as () => void);
}

/** Is the listener there? */
export function isListening(event: string | symbol, listener: Listener): boolean {
  return emitter.listeners(event).includes(listener as () => void);
}

/** Lets all listeners that have stepped aside come back now: the turn of the event loop does not end as usual. */
export function comeBack(): void {
  for (const back of [...aside]) back();
}

/** Runs before a listener is added. */
function makeRoom(event: string | symbol, added: Listener): void {
  const known = ours.get(event);
  if (known === undefined || known.has(added)) return;
  const most = emitter.getMaxListeners();
  if (most <= 0 || emitter.listenerCount(event) < most) return;
  for (const [listener, comesBack] of known) {
    if (!isListening(event, listener)) continue;
    unlisten(event, listener);
    if (comesBack) stepAside(event, listener);
  }
}

function stepAside(event: string | symbol, listener: Listener): void {
  const back = (): void => {
    aside.delete(back);
    if (!isListening(event, listener)) listen(event, listener);
  };
  aside.add(back);
  queueMicrotask(back);
}
