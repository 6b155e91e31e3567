import { METHODS } from '../../../src/providers/groq/methods.ts';
import { describeChatReaders } from '../chat-readers.ts';

describeChatReaders(METHODS, 'groq');
