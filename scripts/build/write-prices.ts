import { readFileSync, writeFileSync } from 'node:fs';

/** Writes the prices, which are read when they are first needed, each provider's alone: see src/cost/price-table.ts. */
export function writePrices(outDir: string): void {
  const { source, providers } = JSON.parse(readFileSync('src/cost/prices.json', 'utf8')) as {
    source: string;
    providers: object;
  };
  const parts = Object.entries(providers).map(([name, rows]) => [name, JSON.stringify(rows)]);
  writeFileSync(`${outDir}/prices.json`, JSON.stringify({ source, providers: Object.fromEntries(parts) }));
}
