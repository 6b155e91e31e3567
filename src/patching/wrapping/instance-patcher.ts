import { swallow } from '../../runtime/guard.ts';
import { isRecorded, ownerOf, Patcher, type Wrap } from './patcher.ts';

/**
 * Wraps the methods of one client. The wrappers become own properties of the client and of the objects that the client
 * holds, so the class and all further clients stay unchanged. A method already recorded is not wrapped again.
 *
 * Every client has a patcher, held by the client's wrappers only: a list of all clients would keep every client alive.
 */
export class InstancePatcher extends Patcher {
  readonly #shared: Patcher;

  /** `shared` patches the classes common to all clients, see {@link Patcher.shared}. */
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

  override wrapGetter(target: unknown, name: string, onValue: (value: unknown) => void): boolean {
    const holder = ownerOf(target, name);
    const current = holder && Object.getOwnPropertyDescriptor(holder, name)?.get;
    return isRecorded(current) || super.wrapGetter(target, name, onValue);
  }

  /** Also patches the objects created by the method `name` of `target`: a client, a model, a chat. */
  derive(target: unknown, name: string, patch: (created: object, patcher: InstancePatcher) => void): void {
    const shared = this.#shared;
    this.wrap(
      target,
      name,
      (method) =>
        function (this: unknown, ...args: unknown[]): unknown {
          const created: unknown = Reflect.apply(method, this, args);
          try {
            if (typeof created === 'object' && created !== null) patch(created, new InstancePatcher(shared));
          } catch (error) {
            swallow(error); // the object is frozen, or a proxy
          }
          return created;
        },
    );
  }
}
