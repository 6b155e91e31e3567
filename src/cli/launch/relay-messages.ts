import type { ChildProcess, SendHandle, Serializable, SerializationType } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whether whoever has started this process has a channel of messages to this process. */
export const hasChannel = (): boolean => process.send !== undefined;

/**
 * How messages of the channel of this process are written. Node removes the variable before any code runs; Linux keeps the
 * variables with which a process was started.
 */
export function channelSerialization(): SerializationType {
  try {
    const variables = readFileSync('/proc/self/environ', 'latin1').split('\0');
    return variables.includes('NODE_CHANNEL_SERIALIZATION_MODE=advanced') ? 'advanced' : 'json';
  } catch {
    return 'json';
  }
}

/** Passes messages and handles on, in both directions. Resolves when the program has sent its last message. */
export function relayMessages(child: ChildProcess): Promise<void> {
  if (!hasChannel()) return Promise.resolve();
  let sending = 0;
  return new Promise((resolve) => {
    const endWhenSent = (): void => {
      if (sending > 0 || child.connected) return;
      if (process.connected) process.disconnect();
      resolve();
    };
    process.on('message', (message, handle) => {
      if (child.connected) child.send(message as Serializable, handle as SendHandle, () => {});
    });
    process.on('disconnect', () => {
      if (child.connected) child.disconnect();
    });
    child.on('message', (message, handle) => {
      if (!process.connected) return;
      sending++;
      process.send?.(message, handle, {}, () => {
        sending--;
        endWhenSent();
      });
    });
    child.on('disconnect', endWhenSent);
  });
}
