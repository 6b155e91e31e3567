/** How the local provider plays its part: timing, tokens and troubles by what the application asks. */
import type { ProviderRequest } from '../../test/support/provider-server.ts';

interface Scene {
  /** Words that the request holds. */
  readonly when: string;
  /** Keys of `test/support/scenario.ts`. */
  readonly play: string;
  /** What the model says. */
  readonly say?: string;
}

/** The first that fits is played: a tool's result comes together with the question, so it stands before it. */
const SCENES: readonly Scene[] = [
  {
    when: 'sunny',
    play: 'slow=210,input=118,cached=0,output=21,reasoning=0',
    say: 'It is a sunny day in Lisbon, with 24 degrees: a good one for the beach.',
  },
  {
    when: 'sea blue',
    play: 'slow=340,input=13,cached=0,output=24,reasoning=0',
  },
  {
    when: 'tides',
    play: 'slow=260,delay=9,chunks=42,input=1412,cached=1280,output=187,reasoning=0',
    say: 'Twice a day the moon pulls the oceans up and lets them fall again; the sun helps when it stands in line, and then the tides run high.',
  },
  {
    when: 'weather',
    play: 'slow=240,input=61,cached=0,output=15,reasoning=0',
  },
  {
    when: 'deep',
    play: 'slow=480,delay=6,chunks=30,input=16,cached=0,output=412,reasoning=320',
    say: 'On average about 3.7 kilometres. The deepest known place, the Challenger Deep, lies almost 11 kilometres down.',
  },
  {
    when: 'salty',
    play: 'slow=180,delay=8,chunks=20,input=9,cached=1024,output=61,reasoning=0',
    say: 'Rain washes salt out of the rocks, rivers carry it down, and the sea keeps it when the water goes up again.',
  },
  {
    when: 'How old',
    play: 'slow=150,delay=7,chunks=24,input=6,cached=0,output=152,reasoning=118',
    say: 'Water has stood in the deep places of the earth for about 3.8 billion years.',
  },
  {
    when: 'warm?',
    play: 'slow=120,input=5,cached=0,output=19,reasoning=0',
    say: 'At the surface 17 degrees on average; four where it is deep.',
  },
  {
    when: 'wave',
    play: 'slow=90,input=3',
  },
  {
    when: 'busy',
    play: 'status=429,times=2,slow=130,input=11,cached=0,output=22,reasoning=0',
    say: 'I was, but there is always time for you. It took three requests to reach me.',
  },
  {
    when: 'long story',
    play: 'slow=230,delay=14,chunks=400',
  },
  {
    when: 'gpt-4o-nano',
    play: 'status=404,slow=60',
  },
];

/** The scenario of a request of the demo's application. */
export function scene(request: ProviderRequest): string | undefined {
  const text = JSON.stringify(request.body);
  const found = SCENES.find(({ when }) => text.includes(when));
  if (found?.say === undefined) return found?.play;
  // encodeURIComponent takes care of the commas.
  return `${found.play},say=${encodeURIComponent(found.say)}`;
}
