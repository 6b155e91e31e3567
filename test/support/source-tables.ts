/**
 * The rows of tables in the sources, read from the text of a file: a table can stay private to the file, and a row that no
 * test expects is found all the same.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '../..');

/** Keys of the object, first texts of the pairs or texts of the list that the constant `name` of the file `path` holds. */
export function rowsOf(path: string, name: string): string[] {
  const table = tableOf(path, name);
  if (ts.isObjectLiteralExpression(table)) return table.properties.map((row) => textOf(nameOf(row)));
  if (!ts.isArrayLiteralExpression(table)) throw new Error(`${path}: ${name} is no table.`);
  return table.elements.flatMap((row) => {
    if (ts.isSpreadElement(row)) return textsIn(row);
    if (ts.isArrayLiteralExpression(row)) return row.elements.slice(0, 1).map(textOf);
    return ts.isObjectLiteralExpression(row) ? row.properties.slice(0, 1).flatMap(textsIn) : [textOf(row)];
  });
}

/** All texts of the constant `name` of the file `path`, also those inside of rows. */
export function textsOf(path: string, name: string): string[] {
  return textsIn(tableOf(path, name));
}

/** Alternatives of the first group with some, or of the whole regular expression, that the constant `name` holds. */
export function alternativesOf(path: string, name: string): string[] {
  const pattern = tableOf(path, name).getText();
  const inner = /\((?:\?:)?((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\|(?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*)\)/.exec(
    pattern,
  )?.[1];
  const alternatives = (inner ?? pattern.slice(1, pattern.lastIndexOf('/'))).match(
    /(?:[^|()\\]|\\.|\((?:[^()\\]|\\.)*\))+/g,
  );
  return [...(alternatives ?? [])];
}

function tableOf(path: string, name: string): ts.Expression {
  const tree = ts.createSourceFile(path, readFileSync(join(ROOT, path), 'utf8'), ts.ScriptTarget.Latest, true);
  for (const statement of tree.statements)
    for (const declaration of ts.isVariableStatement(statement) ? statement.declarationList.declarations : [])
      if (declaration.name.getText() === name && declaration.initializer !== undefined)
        return plain(declaration.initializer);
  throw new Error(`${path} has no constant ${name}: has it been renamed or moved?`);
}

/** The literal inside of `as const`, `satisfies`, `new Set(...)` and `new Map(...)`. */
function plain(expression: ts.Expression): ts.Expression {
  if (ts.isAsExpression(expression) || ts.isSatisfiesExpression(expression)) return plain(expression.expression);
  const [first] = ts.isNewExpression(expression) ? (expression.arguments ?? []) : [];
  return first === undefined ? expression : plain(first);
}

function textsIn(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  const texts: string[] = [];
  ts.forEachChild(node, (child) => {
    if (!(ts.isPropertyAssignment(node) && child === node.name)) texts.push(...textsIn(child));
  });
  return texts;
}

function nameOf(row: ts.ObjectLiteralElementLike): ts.Node {
  if (row.name === undefined) throw new Error(`${row.getText()}: a row without a name.`);
  return row.name;
}

/** The text itself; the code of everything that is none. */
function textOf(node: ts.Node): string {
  return ts.isStringLiteralLike(node) || ts.isNumericLiteral(node) ? node.text : node.getText();
}
