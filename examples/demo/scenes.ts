/** How the local provider plays its part: timing, tokens and troubles by what the application asks. */
import type { ProviderRequest } from '../../test/support/provider-server.ts';

/** Words of the request to a scenario; the keys are those of `test/support/scenario.ts`. */
const SCENES: readonly (readonly [words: string, scenario: string])[] = [
  ['sunny', 'slow=210,input=118,cached=0,output=21,reasoning=0'],
  ['sea blue', 'slow=340,input=13,cached=0,output=24,reasoning=0'],
  ['tides', 'slow=260,delay=9,chunks=42,input=1412,cached=1280,output=187,reasoning=0'],
  ['weather', 'slow=240,input=61,cached=0,output=15,reasoning=0'],
  ['deep', 'slow=480,delay=6,chunks=30,input=16,cached=0,output=412,reasoning=320'],
  ['wave', 'slow=90,input=3'],
  ['busy', 'status=429,times=2,slow=130,input=11,cached=0,output=22,reasoning=0'],
  ['long story', 'slow=230,delay=14,chunks=400'],
  ['gpt-4o-nano', 'status=404,slow=60'],
];

/** The scenario of a request of the demo's application. */
export function scene(request: ProviderRequest): string | undefined {
  const text = JSON.stringify(request.body);
  return SCENES.find(([words]) => text.includes(words))?.[1];
}
