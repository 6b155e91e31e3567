import { expect, test } from 'vitest';
import { acceptsGzip, contentType, pageForm } from '../../../../src/pipeline/exporters/prometheus/accept.ts';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const OPEN = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

test.each([
  [undefined, TEXT],
  ['', TEXT],
  ['*/*', TEXT],
  ['text/html,application/xhtml+xml,*/*;q=0.8', TEXT],
  ['image/png', TEXT],
  ['application/openmetrics-text', OPEN],
  ['application/openmetrics-text; version=1.0.0', OPEN],
  ['application/openmetrics-text; version="1.0.0"; charset=utf-8', OPEN],
  ['application/openmetrics-text;version=0.0.1', 'application/openmetrics-text; version=0.0.1; charset=utf-8'],
  ['application/openmetrics-text;version=9.0.0', TEXT],
  ['application/openmetrics-text;q=0', TEXT],
  ['application/openmetrics-text;q=much', TEXT],
  ['text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0;q=0.9', OPEN],
  ['text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0', TEXT],
  // Prometheus 2.42
  [
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    OPEN,
  ],
  // Prometheus 3, with and without the protobuf that is not served
  [
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
    `${OPEN}; escaping=underscores`,
  ],
  [
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3',
    'text/plain; version=1.0.0; charset=utf-8; escaping=underscores',
  ],
  ['text/plain;version=0.0.4;escaping=allow-utf-8', TEXT],
])('%s is answered with %s', (accept, expected) => expect(contentType(pageForm(accept), false)).toBe(expected));

test('names of any character only for a scraper that says so', () => {
  const utf8 = (accept: string) => pageForm(accept).acceptsUtf8;
  expect(utf8('application/openmetrics-text;version=1.0.0;escaping=allow-utf-8')).toBe(true);
  expect(utf8('text/plain;version=1.0.0;escaping=allow-utf-8')).toBe(true);
  expect(utf8('text/plain;version=1.0.0;escaping=dots')).toBe(false);
  expect(utf8('application/openmetrics-text;version=0.0.1;escaping=allow-utf-8')).toBe(false);
  expect(contentType(pageForm('text/plain;version=1.0.0;escaping=allow-utf-8'), true)).toMatch(/escaping=allow-utf-8$/);
});

test.each([
  ['gzip', true],
  ['deflate, GZIP;q=0.5', true],
  ['gzip;q=0', false],
  ['br', false],
  [undefined, false],
])('gzip for %s: %s', (encodings, expected) => expect(acceptsGzip(encodings)).toBe(expected));
