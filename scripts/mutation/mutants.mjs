// Finds the single places of a source file that a change of one kind can break: a mutant is the file with one such change.
import ts from 'typescript';
import { alternativesOf } from './regex-alternatives.mjs';

const K = ts.SyntaxKind;

/** Each comparison with the neighbour that a wrong boundary or a wrong sign would be. */
const COMPARISONS = new Map([
  [K.LessThanToken, '<='],
  [K.LessThanEqualsToken, '<'],
  [K.GreaterThanToken, '>='],
  [K.GreaterThanEqualsToken, '>'],
  [K.EqualsEqualsEqualsToken, '!=='],
  [K.ExclamationEqualsEqualsToken, '==='],
  [K.EqualsEqualsToken, '!='],
  [K.ExclamationEqualsToken, '=='],
]);
const EQUALITIES = new Set(['!==', '===', '!=', '==']);
/** Kinds of nodes without code that runs. */
const SILENT = new Set([K.ImportDeclaration, K.ExportDeclaration, K.InterfaceDeclaration, K.TypeAliasDeclaration]);
const LOGICAL = new Map([
  [K.AmpersandAmpersandToken, '||'],
  [K.BarBarToken, '&&'],
]);

/**
 * The mutants of `text`, the source at `path`, in the order of the file.
 *
 * @returns {{ path: string, kind: string, start: number, end: number, with: string, line: number, above: string, source: string, change: string }[]}
 */
export function mutantsOf(path, text) {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lines = text.split('\n');
  const found = [];
  const add = (kind, node, replacement, start = node.getStart(tree), end = node.getEnd()) => {
    const { line } = tree.getLineAndCharacterOfPosition(start);
    const [above, source] = [lines[line - 1] ?? '', lines[line]].map((one) => one.trim());
    const change = `${short(text.slice(start, end))} -> ${replacement === '' ? '(removed)' : short(replacement)}`;
    found.push({ path, kind, start, end, with: replacement, line: line + 1, above, source, change });
  };
  const visit = (node) => {
    if (SILENT.has(node.kind) || ts.isTypeNode(node)) return;
    for (const find of FINDERS) find(node, add, tree);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** `text` of a mutant's file with the change in it. */
export function mutate(text, mutant) {
  return text.slice(0, mutant.start) + mutant.with + text.slice(mutant.end);
}

const FINDERS = [conditions, operators, constants, statements, rows, patterns];

function conditions(node, add) {
  const condition = conditionOf(node);
  if (condition === undefined || isEquality(condition) || condition.kind === K.TrueKeyword) return;
  add('condition', condition, `!(${condition.getText()})`);
}

function conditionOf(node) {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node)) return node.expression;
  return ts.isConditionalExpression(node) || ts.isForStatement(node) ? node.condition : undefined;
}

/** The negation of an equality is the other equality, which is a mutant already. */
function isEquality(node) {
  return ts.isBinaryExpression(node) && EQUALITIES.has(COMPARISONS.get(node.operatorToken.kind));
}

function operators(node, add) {
  if (!ts.isBinaryExpression(node)) return;
  const { left, right, operatorToken } = node;
  const { kind } = operatorToken;
  if (COMPARISONS.has(kind)) add('comparison', operatorToken, COMPARISONS.get(kind));
  if (LOGICAL.has(kind)) add('logic', node, `(${left.getText()}) ${LOGICAL.get(kind)} (${right.getText()})`);
  if (kind === K.QuestionQuestionToken) add('default', node, left.getText());
  if (kind === K.QuestionQuestionEqualsToken || kind === K.BarBarEqualsToken) add('default', operatorToken, '=');
}

function constants(node, add) {
  if (ts.isNumericLiteral(node)) {
    const value = Number(node.text);
    add('constant', node, String(value + 1));
    add('constant', node, value === 0 ? '(-1)' : String(value - 1));
  }
  if (node.kind === K.TrueKeyword && !ts.isLiteralTypeNode(node.parent)) add('constant', node, 'false');
  if (node.kind === K.FalseKeyword && !ts.isLiteralTypeNode(node.parent)) add('constant', node, 'true');
}

/** Statements whose only use is their effect, and guards: an `if` that does nothing but leave. */
function statements(node, add) {
  if (ts.isExpressionStatement(node) && !isSuper(node)) add('statement', node, ';');
  if (ts.isIfStatement(node) && node.elseStatement === undefined && leaves(node.thenStatement)) add('guard', node, ';');
  const isJump =
    ts.isBreakStatement(node) || ts.isContinueStatement(node) || (ts.isReturnStatement(node) && !node.expression);
  if (isJump && ts.isBlock(node.parent)) add('guard', node, ';');
}

function isSuper({ expression }) {
  return ts.isCallExpression(expression) && expression.expression.kind === K.SuperKeyword;
}

function leaves(statement) {
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  return (
    last !== undefined &&
    [K.ReturnStatement, K.ThrowStatement, K.ContinueStatement, K.BreakStatement].includes(last.kind)
  );
}

/** Rows of tables: the entries of a literal in a constant of the module. */
function rows(node, add, tree) {
  const entries = ts.isArrayLiteralExpression(node)
    ? node.elements
    : ts.isObjectLiteralExpression(node)
      ? node.properties
      : [];
  if (entries.length === 0 || !isTable(node)) return;
  for (const entry of entries) {
    // With the comma behind the entry; without, a list would have a hole.
    const comma = /^\s*,/.exec(tree.text.slice(entry.getEnd()))?.[0].length ?? 0;
    add('row', entry, '', entry.getStart(tree), entry.getEnd() + comma);
  }
}

function isTable(node) {
  for (let at = node.parent; at !== undefined; at = at.parent) {
    if (ts.isFunctionLike(at) || ts.isClassLike(at)) return false;
    if (ts.isVariableStatement(at)) return ts.isSourceFile(at.parent);
  }
  return false;
}

/** Alternatives of regular expressions: a table of words, too. */
function patterns(node, add, tree) {
  if (node.kind !== K.RegularExpressionLiteral) return;
  const start = node.getStart(tree);
  for (const [from, to] of alternativesOf(node.text)) add('alternative', node, '', start + from, start + to);
}

function short(text) {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 97)}...` : line;
}
