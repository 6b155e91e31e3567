import { METHODS } from '../../../src/providers/together/methods.ts';
import { describeChatReaders } from '../chat-readers.ts';

describeChatReaders(METHODS, 'together_ai');
