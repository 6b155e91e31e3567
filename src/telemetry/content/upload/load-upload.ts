import type { Attributes } from '@opentelemetry/api';
import type { Config } from '../../../config/options.ts';
import type { PreparedContent } from '../prepare.ts';

type Upload = typeof import('./upload-content.ts');

const load = (): Upload => require('./content-upload.cjs') as Upload;

/**
 * Hands the content of a call to files, and returns the attributes with the references; empty if there is nowhere to write. The
 * code stands in a file of the build of its own: most processes write no content to files.
 */
export function uploadContent(content: PreparedContent, config: Config): Attributes {
  return load().uploadContent(content, config);
}
