import { swallow } from '../../runtime/guard.ts';
import { isRecorded, ownerOf, Patcher, type Wrap } from './patcher.ts';

/**
 * The methods of one client: they are wrapped as properties of the client and of what it holds, so that other clients of
 * the class stay what they are. A method that is recorded already stays as it is.
 *
 * One for each client, and held by its wrappers alone: a list of all clients would keep them for ever.
 */
export class InstancePatcher extends Patcher {
  readonly #shared: Patcher;

  /** `shared` patches classes, see {@link Patcher.shared}. */
  constructor(shared: Patcher) {
    super(shared.telemetry);
    this.#shared = shared;
  }

  override get shared(): Patcher {
    return this.#shared;
  }

  override wrapTarget(start: unknown, name: string): object | undefined {
    return typeof start === 'object' && start !== null && name in start ? start : undefined;
  }

  override wrap(target: unknown, name: string, wrap: Wrap): boolean {
    const current = (target as Readonly<Record<string, unknown>> | null | undefined)?.[name];
    return isRecorded(current) || super.wrap(target, name, wrap);
  }

  override wrapGetter(target: unknown, name: string, see: (value: unknown) => void): boolean {
    const holder = ownerOf(target, name);
    const current = holder && Object.getOwnPropertyDescriptor(holder, name)?.get;
    return isRecorded(current) || super.wrapGetter(target, name, see);
  }

  /** Patches what the method `name` of `target` makes as well: another client, a model, a chat. */
  derive(target: unknown, name: string, patch: (made: object, patcher: InstancePatcher) => void): void {
    const shared = this.#shared;
    this.wrap(
      target,
      name,
      (method) =>
        function (this: unknown, ...args: unknown[]): unknown {
          const made: unknown = Reflect.apply(method, this, args);
          try {
            if (typeof made === 'object' && made !== null) patch(made, new InstancePatcher(shared));
          } catch (error) {
            swallow(error); // frozen, or a proxy
          }
          return made;
        },
    );
  }
}
