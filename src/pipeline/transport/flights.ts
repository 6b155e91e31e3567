import type { ClientRequest, IncomingMessage } from 'node:http';
import type { SendOutcome } from './outcome.ts';

/** A request over HTTP that waits for an answer. */
export interface Flight {
  readonly request: ClientRequest;
  /** The answer, from its first line on. */
  answer?: IncomingMessage;
  /** Takes the answer as complete. */
  land?: () => void;
  outcome?: SendOutcome;
}

/** By body: at the end of the process the same body would be sent again. */
const flights = new Map<Uint8Array, Flight>();

/** Notes that `request` carries `body`. */
export function addFlight(body: Uint8Array, request: ClientRequest): Flight {
  const flight: Flight = { request };
  flights.set(body, flight);
  return flight;
}

/** The request is answered, or has failed. */
export function endFlight(body: Uint8Array, flight: Flight, outcome: SendOutcome): void {
  flight.outcome ??= outcome;
  if (flights.get(body) === flight) flights.delete(body);
}

/** The request that carries `body`; `undefined` if no request waits for an answer. */
export function flightOf(body: Uint8Array): Flight | undefined {
  return flights.get(body);
}
