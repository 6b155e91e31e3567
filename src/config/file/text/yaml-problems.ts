import type { ErrorCode } from 'yaml';

/** What to say of the parser's errors. The parser's own words quote the text, and the text may hold a key. */
export const YAML_PROBLEMS: Readonly<Partial<Record<ErrorCode, string>>> = {
  ALIAS_PROPS: 'an alias has an anchor or a tag; expected the alias alone',
  BAD_ALIAS: 'the alias cannot be read; expected *name',
  BAD_DIRECTIVE: 'the directive cannot be read; expected %YAML 1.2 or none',
  BAD_DQ_ESCAPE:
    'the escape in a text with double quotes cannot be read; expected an escape of YAML, such as \\n or \\u00e9',
  BAD_INDENT: 'the indentation is wrong or a bracket has no end; expected keys of one map below each other',
  BAD_PROP_ORDER: 'anchor and tag stand in the wrong place; expected them right before the value',
  BAD_SCALAR_START: 'the text begins with a character that needs quotes; expected a text in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a map stands where a value is expected; expected the map on a line of its own, or quotes around a text with ": "',
  BLOCK_IN_FLOW: 'a block stands inside of brackets; expected values with commas',
  IMPOSSIBLE: 'the text cannot be read; expected YAML or JSON',
  KEY_OVER_1024_CHARS: 'the key is too long; expected at most 1024 characters',
  MISSING_CHAR: 'a character is missing; expected a closing quote, a bracket, a comma or a colon',
  MULTILINE_IMPLICIT_KEY: 'the key goes over several lines; expected a key on one line',
  MULTIPLE_ANCHORS: 'the value has several anchors; expected one',
  MULTIPLE_DOCS: 'there are several documents; expected one',
  MULTIPLE_TAGS: 'the value has several tags; expected one',
  NON_STRING_KEY: 'the key is no text; expected a name',
  RESOURCE_EXHAUSTION: 'values are nested too deep; expected fewer levels',
  TAB_AS_INDENT: 'a tab indents the line; expected spaces',
  TAG_RESOLVE_FAILED: 'the tag is not known; expected a value without a tag',
  UNEXPECTED_TOKEN: 'something unexpected stands here; expected the end of the value',
};
