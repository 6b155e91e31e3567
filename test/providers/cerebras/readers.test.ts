import { METHODS } from '../../../src/providers/cerebras/methods.ts';
import { describeChatReaders } from '../chat-readers.ts';

describeChatReaders(METHODS, 'cerebras');
