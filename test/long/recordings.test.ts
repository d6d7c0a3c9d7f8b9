/**
 * Recorded answers of real providers through every other format: the official SDK of the client's format must put
 * together what the official SDK of the recording's own format does. Recordings are read from SWITCHYARD_RECORDINGS
 * (one JSON event per line; the file's name begins with messages, chat, responses or gemini), else from `fixtures/`.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cutAt, singleBytes } from '../../fixtures/play.ts';
import { SDK_CLIENTS, type Accumulated } from '../../fixtures/sdk-clients.ts';
import { receive } from '../../fixtures/translation.ts';
import { FORMATS, type Format } from '../../src/domain/format.ts';

interface Recording {
  readonly name: string;
  readonly format: Format;
  readonly bytes: Buffer;
}

const PREFIXES: Readonly<Record<string, Format>> = {
  messages: 'anthropic-messages',
  chat: 'openai-chat',
  responses: 'openai-responses',
  gemini: 'gemini',
};

/** One event per line → the stream as it was sent. */
function streamOf(lines: string, format: Format): Buffer {
  const events = lines.split('\n').filter((line) => line.trim() !== '');
  const isNamed = format === 'anthropic-messages' || format === 'openai-responses';
  const frames = events.map((line) => {
    const type: unknown = isNamed ? JSON.parse(line).type : undefined;
    return `${typeof type === 'string' ? `event: ${type}\n` : ''}data: ${line}\n\n`;
  });
  return Buffer.from(frames.join('') + (format === 'openai-chat' ? 'data: [DONE]\n\n' : ''));
}

function recordings(): Recording[] {
  const folder = process.env['SWITCHYARD_RECORDINGS'];
  if (folder === undefined) return fixtureRecordings();
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.chunks.txt'))
    .sort()
    .map((file) => {
      const format = PREFIXES[basename(file).split('.')[0] ?? ''];
      if (format === undefined) throw new Error(`the name of ${file} tells no format`);
      return { name: file, format, bytes: streamOf(readFileSync(join(folder, file), 'utf8'), format) };
    });
}

function fixtureRecordings(): Recording[] {
  const root = fileURLToPath(new URL('../../fixtures/', import.meta.url));
  return FORMATS.flatMap((format) =>
    readdirSync(join(root, format))
      .filter((file) => file.endsWith('.txt'))
      .map((file) => ({ name: `${format}/${file}`, format, bytes: readFileSync(join(root, format, file)) })),
  );
}

type Reading = { readonly said: Accumulated } | { readonly failed: string };

async function read(format: Format, chunks: readonly Buffer[]): Promise<Reading | undefined> {
  const client = SDK_CLIENTS[format];
  if (client === undefined) return undefined;
  try {
    return { said: await client(chunks) };
  } catch (error) {
    return { failed: String(error) };
  }
}

/** Cuts that hurt: every byte alone where that is affordable, odd lengths, and inside every line end. */
function splitsOf(bytes: Buffer): Buffer[][] {
  const every = (step: number) =>
    cutAt(
      bytes,
      Array.from({ length: Math.ceil(bytes.length / step) }, (_, at) => at * step),
    );
  const lineEnds = [...bytes.keys()].filter((at) => bytes[at] === 0x0a);
  return [
    every(7),
    every(101),
    every(4_093),
    cutAt(bytes, lineEnds),
    ...(bytes.length < 30_000 ? [singleBytes(bytes)] : []),
  ];
}

/** Ids that the gateway makes up are counted in the order of need, which depends on what arrives together. */
const SAME_IDS = { newId: () => 'same' };

for (const { name, format: from, bytes } of recordings())
  describe(name, () => {
    for (const to of FORMATS.filter((format) => format !== from))
      test(`in ${to}: the same text, calls, stop and usage, however it is cut`, async () => {
        const whole = receive(from, to, [bytes]);
        const expected = receive(from, to, [bytes], SAME_IDS);
        for (const chunks of splitsOf(bytes))
          assert.equal(receive(from, to, chunks, SAME_IDS).text, expected.text);
        if (whole.report.outcome.kind === 'complete') assert.deepEqual(whole.violations, []);
        const original = await read(from, [bytes]);
        const translated = await read(to, [Buffer.from(whole.text)]);
        if (original === undefined || translated === undefined) return;
        if ('failed' in translated) {
          assert.equal(whole.report.outcome.kind, 'failed', translated.failed);
          return;
        }
        assert.equal(whole.report.outcome.kind, 'complete');
        if ('said' in original) assert.deepEqual(translated.said, original.said);
      });
  });
