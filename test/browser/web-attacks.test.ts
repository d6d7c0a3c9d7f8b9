/**
 * Web pages against the gateway, in a real browser: none may change anything, spend anything or read anything, and the
 * person who opens the documentation in that same browser is not turned away. Needs Chromium (CHROMIUM names it).
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { chromium, type Browser, type Page } from 'playwright-core';
import { z } from 'zod';
import { originOf } from '../../src/domain/origin.ts';
import { call } from '../support/call.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { ADMIN_TOKEN, startInProcess, type InProcessGateway } from '../support/in-process-gateway.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';

const CANDIDATES = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/usr/bin/chromium-browser',
];
const executablePath = CANDIDATES.find((path) => path !== undefined && existsSync(path));

/** What a page learned of each answer. */
const LEARNED = z.array(z.object({ attack: z.string(), outcome: z.string() }));

/** What every page does; it runs there and not here. */
const ATTACKS = readFileSync(new URL('attacks.js', import.meta.url), 'utf8');

const SEND_FORM = `(action) => {
  const form = document.createElement('form');
  [form.method, form.action, form.enctype] = ['post', action, 'text/plain'];
  form.innerHTML = '<input name=\\'{"model":"claude-opus-5-5","max_tokens":9,"messages":[],"x":"\\' value=\\'"}\\'>';
  document.body.append(form);
  form.submit();
}`;

/** An iframe loads whatever it is refused with; that a page cannot look into it is the browser's doing. */
const HARMLESS = /^(blocked|framed|opaque 0 0|opaque)$/;

describe(
  'a browser',
  { skip: executablePath === undefined && 'Chromium is not installed; CHROMIUM names one' },
  () => {
    let upstream: ScriptedUpstream;
    let gateway: InProcessGateway;
    let browser: Browser;
    let evilPort = 0;
    const opened = new AsyncDisposableStack();

    before(async () => {
      upstream = await startScriptedUpstream();
      opened.defer(async () => upstream.close());
      gateway = await startInProcess({
        providers: [exampleProvider({ origin: originOf(new URL(upstream.url)) })],
      });
      opened.defer(async () => gateway.stop());
      const evil = createServer((_, response) =>
        response
          .writeHead(200, { 'content-type': 'text/html' })
          .end('<!doctype html><title>evil</title><body>'),
      );
      evil.listen(0, '127.0.0.1');
      await new Promise((resolve) => evil.once('listening', resolve));
      opened.defer(async () => void evil.close());
      evilPort = (evil.address() as AddressInfo).port; // A TCP server has no other kind of address.
      browser = await chromium.launch({
        ...(executablePath === undefined ? {} : { executablePath }),
        // Local network prompts are off: the gateway must hold without them. evil.example is rebound to this machine.
        args: [
          '--no-sandbox',
          '--disable-features=LocalNetworkAccessChecks,PrivateNetworkAccessSendPreflights',
          '--host-resolver-rules=MAP evil.example 127.0.0.1',
        ],
      });
      opened.defer(async () => browser.close());
    });
    after(async () => opened.disposeAsync());

    async function onPage<T>(url: string, act: (page: Page) => Promise<T>): Promise<T> {
      const page = await browser.newPage();
      try {
        await page.goto(url);
        return await act(page);
      } finally {
        await page.close();
      }
    }

    async function assertUntouched(what: string): Promise<void> {
      assert.equal(upstream.requests.length, 0, `${what}: a request was passed on`);
      const status = await call(gateway.url, '/api/status', { method: 'GET' });
      assert.match(status.body.toString(), /"state":"serving".*"paused":\[\]/, what);
      assert.equal(gateway.records.length, 0, `${what}: an exchange was recorded`);
    }

    const PAGES: Readonly<Record<string, () => string>> = {
      'a page of another host': () => `http://evil.example:${evilPort}/`,
      'a page of another port of this machine': () => `http://127.0.0.1:${evilPort}/`,
      'a page of this machine by another name': () => `http://localhost:${evilPort}/`,
      'a page without an origin': () => 'data:text/html,<title>data</title><body>',
    };

    for (const [name, url] of Object.entries(PAGES)) {
      test(`${name} sends nothing that counts and reads nothing`, async () => {
        const learned = await onPage(url(), async (page) =>
          LEARNED.parse(await page.evaluate(`${ATTACKS}attack(${JSON.stringify(gateway.url)})`)),
        );
        assert.ok(learned.length >= 18, `${learned.length} attacks`);
        assert.deepEqual(
          learned.filter(({ outcome }) => !HARMLESS.test(outcome)),
          [],
        );
        await assertUntouched(name);
      });
    }

    test('a form that is sent to the gateway is refused', async () => {
      for (const path of ['/v1/messages', '/api/shutdown']) {
        const status = await onPage(`http://evil.example:${evilPort}/`, async (page) => {
          const answered = page.waitForResponse((response) => response.url().startsWith(gateway.url));
          await page.evaluate(`(${SEND_FORM})(${JSON.stringify(gateway.url + path)})`);
          return (await answered).status();
        });
        assert.equal(status, 403, path);
      }
      await assertUntouched('form');
    });

    test('a name that is rebound to this machine is nobody here, even for its own page', async () => {
      const { port } = new URL(gateway.url);
      for (const path of ['/', '/docs/', '/api/status', '/health']) {
        const status = await onPage('about:blank', async (page) =>
          (await page.goto(`http://evil.example:${port}${path}`))?.status(),
        );
        assert.equal(status, 421, path);
      }
      await assertUntouched('rebinding');
    });

    test('whoever types the address reads the documentation, which runs nothing', async () => {
      await onPage(`${gateway.url}/docs/`, async (page) => {
        const complaints: string[] = [];
        page.on('console', (said) => complaints.push(said.text()));
        assert.match(await page.title(), /Switchyard/);
        await page.getByRole('navigation').getByRole('link', { name: 'routing', exact: true }).click();
        await page.waitForURL('**/docs/routing.md');
        assert.match((await page.locator('main h1').textContent()) ?? '', /\w/);
        const color = await page.evaluate(`getComputedStyle(document.querySelector('nav')).borderRightStyle`);
        assert.equal(color, 'solid', 'the policy lets its own style through');
        assert.deepEqual(complaints, []);
      });
    });

    test('the token in hand, a page of the gateway’s own origin is served', async () => {
      const status = await onPage(`${gateway.url}/docs/`, async (page) =>
        page.request
          .get(`${gateway.url}/api/status`, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } })
          .then((answer) => answer.status()),
      );
      assert.equal(status, 200);
    });
  },
);
