/** The form of a page. */
export interface PageForm {
  readonly isOpenMetrics: boolean;
  readonly version: string;
  /** The scraper takes names of any character. */
  readonly acceptsUtf8: boolean;
  /** The scraper names a way to escape, and is told the way in turn. */
  readonly namesEscaping: boolean;
}

const TEXT: PageForm = { isOpenMetrics: false, version: '0.0.4', acceptsUtf8: false, namesEscaping: false };

/** Versions of each media type, the version of a request without a version first. */
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  'application/openmetrics-text': ['1.0.0', '0.0.1'],
  'text/plain': ['0.0.4', '1.0.0'],
  'text/*': ['0.0.4'],
  '*/*': ['0.0.4'],
};

/** The form that a scraper likes most: https://prometheus.io/docs/instrumenting/content_negotiation/. Text if the scraper takes nothing of ours. */
export function pageForm(accept = ''): PageForm {
  const forms = accept.split(',').flatMap((range) => {
    const { media, parameters } = parse(range);
    const weight = Number(parameters.get('q') ?? 1);
    const versions = VERSIONS[media] ?? [];
    const version = parameters.get('version') ?? versions[0];
    if (!(weight > 0) || version === undefined || !versions.includes(version)) return [];
    return [{ form: formOf(media, version, parameters.get('escaping')), weight }];
  });
  // A stable sort: of two forms with the same weight, the first.
  return forms.sort((a, b) => b.weight - a.weight)[0]?.form ?? TEXT;
}

/** Whether the encodings of a scraper include gzip. */
export function acceptsGzip(encodings = ''): boolean {
  return encodings
    .split(',')
    .map(parse)
    .some(({ media, parameters }) => media === 'gzip' && Number(parameters.get('q') ?? 1) > 0);
}

/** The `content-type` of a page. */
export function contentType({ isOpenMetrics, version, namesEscaping }: PageForm, isUtf8: boolean): string {
  const escaping = namesEscaping ? `; escaping=${isUtf8 ? 'allow-utf-8' : 'underscores'}` : '';
  return `${isOpenMetrics ? 'application/openmetrics-text' : 'text/plain'}; version=${version}; charset=utf-8${escaping}`;
}

function formOf(media: string, version: string, escaping: string | undefined): PageForm {
  // Only the versions 1.0.0 know quoted names.
  const isNew = version === '1.0.0';
  return {
    isOpenMetrics: media === 'application/openmetrics-text',
    version,
    acceptsUtf8: isNew && escaping === 'allow-utf-8',
    namesEscaping: isNew && escaping !== undefined,
  };
}

function parse(range: string): { readonly media: string; readonly parameters: ReadonlyMap<string, string> } {
  const [media = '', ...rest] = range
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const parameters = rest.map((part) => {
    const [name = '', value = ''] = part.split('=').map((text) => text.trim());
    return [name, value.replaceAll('"', '')] as const;
  });
  return { media, parameters: new Map(parameters) };
}
