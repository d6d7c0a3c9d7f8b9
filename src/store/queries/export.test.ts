import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as assertProperty, asyncProperty, array, constantFrom, oneof, string } from 'fast-check';
import { attemptRecord, exchangeRecord } from '../../../test/store/records.ts';
import { openLedger, temporaryDirectory } from '../../../test/store/workbench.ts';

/** Fields of CSV by RFC 4180, read independently of what wrote them. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/y;
  for (let match = field.exec(text); match !== null; match = field.exec(text)) {
    const [, cell = '', end] = match;
    row.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

const hostile = oneof(
  string({ maxLength: 12 }),
  array(constantFrom('=', '+', '-', '@', '"', ',', '\r', '\n', '\t', "'", 'x', '|', 'é'), {
    maxLength: 8,
  }).map((parts) => parts.join('')),
);

test('whatever clients call themselves, the export has each row once, each cell whole, and no formula', async (context) => {
  let run = 0;
  await assertProperty(
    asyncProperty(array(hostile, { minLength: 1, maxLength: 12 }), async (names) => {
      const { ledger } = openLedger(context, temporaryDirectory(context));
      run += 1;
      names.forEach((name, index) => {
        const id = `${run}-${index}`;
        const attempts = [attemptRecord(`${id}.0`, { exchange: id, servedModel: name, stopReason: name })];
        ledger.record(exchangeRecord(id, { labels: { project: name, user: undefined } }, attempts));
      });
      await ledger.settle();
      const read = async (format: 'csv' | 'json') =>
        (await Array.fromAsync(ledger.export({ format }))).join('');
      const [header = [], ...rows] = parseCsv(await read('csv'));
      const stored = JSON.parse(await read('json')) as Record<string, unknown>[];
      assert.equal(rows.length, names.length);
      for (const [index, row] of rows.entries()) {
        assert.equal(row.length, header.length);
        for (const [place, cell] of row.entries()) {
          const value = stored[index]?.[header[place] ?? ''];
          const text = typeof value === 'string' ? value : undefined;
          if (text === undefined) continue;
          assert.ok(
            cell === text || cell === `'${text}`,
            `${JSON.stringify(text)} as ${JSON.stringify(cell)}`,
          );
          assert.doesNotMatch(cell, /^[=+\-@\t\r\n]/);
        }
      }
      await ledger.close();
    }),
    { numRuns: 15 },
  );
});
