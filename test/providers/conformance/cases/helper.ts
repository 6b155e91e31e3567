import { describe } from '../describe.ts';
import { json, sse } from '../server.ts';
import type { Case, SpanExpectation, ToolRun, Tools } from '../types.ts';
import { failed, failedStream } from './failure.ts';
import { cancelled, cancelledUnread, completed } from './stream.ts';
import { good } from './unary.ts';

const toolCall: SpanExpectation = { finishReasons: ['tool_calls'] };
const ran: SpanExpectation = { operation: 'execute_tool', http: 0 };

const parsing = (t: Tools, body: object | undefined) => t.open(json(body ?? {})).parse?.();

/** Runs a tool through the SDK's own loop, against the two rounds of the wire. */
async function runTools(t: Tools, streamed: boolean, run: Partial<ToolRun> = {}): Promise<unknown> {
  const rounds = t.wire.toolRounds;
  const replies = streamed ? rounds?.streamed.map((frames) => sse(frames)) : rounds?.unary.map((body) => json(body));
  const tool = (input: unknown) => {
    t.inside('tool');
    return Promise.resolve(`sunny in ${JSON.stringify(input)}`);
  };
  const result = await t.open(...(replies ?? [])).runTools?.({ streamed, tool, ...run });
  t.mark('after the run');
  return result;
}

const byTheApplication = (): never => {
  throw new RangeError('by the application');
};

/** What SDKs build on top of a call: parsing, helper streams, loops of tools. */
export const HELPER_CASES: readonly Case[] = [
  {
    name: 'parse: good',
    needs: ['parse'],
    spans: [good],
    run: async (t) => {
      const result = await parsing(t, t.wire.parsable);
      t.mark('after parse');
      return result;
    },
  },
  {
    name: 'parse: withResponse, then await',
    needs: ['parse', 'api-promise'],
    spans: [good],
    run: async (t) => {
      const call = parsing(t, t.wire.parsable);
      return [(await call?.withResponse())?.data === (await call), await call];
    },
  },
  {
    name: 'parse: asResponse',
    needs: ['parse', 'api-promise'],
    spans: [{ finishReasons: 'good' }],
    run: async (t) => await (await parsing(t, t.wire.parsable)?.asResponse())?.json(),
  },
  {
    name: 'parse: cut short, the helper throws',
    needs: ['parse'],
    spans: [{ finishReasons: ['length'], outcome: null }],
    run: (t) => parsing(t, t.wire.cutShort),
  },
  {
    name: 'parse: not what the schema says, the helper throws',
    needs: ['parse'],
    spans: [good],
    run: (t) => parsing(t, t.wire.answer),
  },
  {
    name: 'parse: HTTP 400',
    needs: ['parse'],
    spans: [failed],
    run: (t) => t.open(json(t.wire.failure(400), 400)).parse?.(),
  },
  {
    name: 'parse: never awaited, HTTP 400',
    needs: ['parse'],
    spans: [failed],
    run: async (t) => {
      void t.open(json(t.wire.failure(400), 400)).parse?.();
      await t.received();
      await new Promise((resolve) => setTimeout(resolve, 20));
    },
  },
  {
    name: 'helper: final message',
    needs: ['stream-helper'],
    spans: [completed],
    run: async (t) => {
      const result = await t.open(sse(t.wire.frames)).helper?.().final();
      t.mark('after final');
      return result;
    },
  },
  {
    name: 'helper: iterated, then final message',
    needs: ['stream-helper'],
    spans: [completed],
    run: async (t) => {
      const helper = t.open(sse(t.wire.frames)).helper?.();
      const chunks: unknown[] = [];
      for await (const chunk of helper?.chunks ?? []) {
        t.mark('chunk');
        chunks.push(chunk);
      }
      return [chunks, await helper?.final()];
    },
  },
  {
    name: 'helper: break',
    needs: ['stream-helper', 'own:helper-break-aborts'],
    spans: [{ outcome: 'cancelled' }],
    run: async (t) => {
      const helper = t.open(sse(t.wire.frames.slice(0, 2), 'hold')).helper?.();
      let count = 0;
      for await (const _ of helper?.chunks ?? []) if (++count === 2) break;
      return count;
    },
  },
  {
    name: 'helper: abort',
    needs: ['stream-helper'],
    spans: [cancelled],
    run: async (t) => {
      const helper = t.open(sse(t.wire.frames.slice(0, 2), 'hold')).helper?.();
      let count = 0;
      return await t.attempt(async () => {
        for await (const _ of helper?.chunks ?? []) if (++count === 2) helper?.abort();
        return await t.attempt(() => helper?.final());
      });
    },
  },
  {
    name: 'helper: abort by signal while the headers are waited for',
    needs: ['stream-helper', 'signal'],
    spans: [cancelledUnread],
    run: async (t) => {
      const controller = new AbortController();
      const helper = t.open({ after: 'silent' }).helper?.({ signal: controller.signal });
      const outcome = t.attempt(() => helper?.final());
      await t.received();
      controller.abort();
      return await outcome;
    },
  },
  {
    name: 'helper: error in the middle',
    needs: ['stream-helper'],
    spans: [failedStream],
    run: (t) =>
      t
        .open(sse([...t.wire.frames.slice(0, 2), t.wire.errorFrame]))
        .helper?.()
        .final(),
  },
  {
    name: 'helper: HTTP 400',
    needs: ['stream-helper'],
    spans: [failed],
    run: (t) =>
      t
        .open(json(t.wire.failure(400), 400))
        .helper?.()
        .final(),
  },
  {
    name: 'helper: HTTP 400, nobody listens',
    needs: ['stream-helper'],
    spans: [failed],
    run: async (t) => {
      t.open(json(t.wire.failure(400), 400)).helper?.();
      await t.received();
      await new Promise((resolve) => setTimeout(resolve, 30));
    },
  },
  ...[false, true].flatMap((streamed): Case[] => {
    const how = streamed ? 'streamed' : 'unary';
    const round = streamed ? completed : good;
    return [
      {
        name: `tools: ${how}`,
        needs: ['tool-runner'],
        spans: [toolCall, ran, round],
        run: (t) => runTools(t, streamed),
      },
      {
        name: `tools: ${how}, built by a schema library`,
        needs: ['tool-runner', 'own:schema-tools'],
        spans: [toolCall, ran, round],
        run: (t) => runTools(t, streamed, { schemaTool: true }),
      },
      {
        name: `tools: ${how}, the tool throws`,
        needs: ['tool-runner'],
        spans: (features) =>
          features.has('own:tool-error-goes-on')
            ? [toolCall, { ...ran, status: 'ERROR' }, round]
            : [toolCall, { ...ran, status: 'ERROR' }],
        run: async (t) => describe(await t.attempt(() => runTools(t, streamed, { tool: byTheApplication }))),
      },
      {
        name: `tools: ${how}, the tool calls the model`,
        needs: ['tool-runner'],
        spans: [toolCall, ran, { ...good, parent: 1 }, round],
        run: (t) => runTools(t, streamed, { tool: () => t.open(json(t.wire.answer)).call() }),
      },
      {
        name: `tools: ${how}, HTTP 400`,
        needs: ['tool-runner'],
        spans: [failed],
        run: (t) => t.open(json(t.wire.failure(400), 400)).runTools?.({ streamed, tool: byTheApplication }),
      },
    ];
  }),
];
