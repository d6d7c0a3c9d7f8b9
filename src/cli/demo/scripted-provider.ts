/**
 * A provider for the demo: a small HTTP server that speaks Anthropic's and OpenAI's chat format and always says
 * the same. The first segment of the path is the provider it plays.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { createServer } from '../../server/edge/node-http.ts';
import { anthropicEvents, chatEvents, OVERLOADED_BODY } from './scripted-events.ts';

export interface ScriptedProvider {
  /** Base URL; a provider's name is appended to it. */
  readonly url: string;
  close(): Promise<void>;
}

/** Before the first and between the following words, in milliseconds. */
const FIRST_WORD_MS = { fast: 40, big: 120, local: 25, shaky: 0 } as const;
const NEXT_WORD_MS = 12;

const OVERLOADED_STATUS = 529;

const requestSchema = z.looseObject({ model: z.string() });

export async function startScriptedProvider(): Promise<ScriptedProvider> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  return { url: `http://127.0.0.1:${port}`, close: () => closeServer(server) };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, name = ''] = (request.url ?? '').split('/');
  const { model } = requestSchema.parse(JSON.parse(await readBody(request)));
  if (name === 'shaky') {
    response.writeHead(OVERLOADED_STATUS, { 'content-type': 'application/json' }).end(OVERLOADED_BODY);
    return;
  }
  const events = name === 'local' ? chatEvents(model) : anthropicEvents(model);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  await wait(isKnown(name) ? FIRST_WORD_MS[name] : 0);
  for (const event of events) {
    response.write(event);
    await wait(NEXT_WORD_MS);
  }
  response.end();
}

function isKnown(name: string): name is keyof typeof FIRST_WORD_MS {
  return Object.hasOwn(FIRST_WORD_MS, name);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // No encoding is set: chunks are buffers.
  return Buffer.concat(chunks).toString('utf8');
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
