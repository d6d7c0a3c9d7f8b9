import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { adminTokenFile, ensureAdminToken, readAdminToken } from './admin-token.ts';
import { listGatewayNotes, removeGatewayNote, writeGatewayNote, type GatewayNote } from './gateway-note.ts';

let directory = '';
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'switchyard-state-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const note: GatewayNote = {
  pid: process.pid,
  port: 8082,
  url: 'http://127.0.0.1:8082',
  entry: 'switchyard.cjs',
  arguments: ['--port', '8082'],
  started_at: 1,
};

test('the admin token is made once, and only its owner can read it', () => {
  const token = ensureAdminToken(directory).reveal();
  assert.ok(token.length >= 40);
  assert.equal(ensureAdminToken(directory).reveal(), token);
  assert.equal(statSync(adminTokenFile(directory)).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(directory), ['admin-token']);
});

test('a token file that others could read is closed again', () => {
  ensureAdminToken(directory);
  chmodSync(adminTokenFile(directory), 0o644);
  readAdminToken(directory);
  assert.equal(statSync(adminTokenFile(directory)).mode & 0o777, 0o600);
});

test('there is no token before one was made', () => {
  assert.equal(readAdminToken(directory), undefined);
});

test('notes of living gateways are listed by port, those of dead ones are not', () => {
  writeGatewayNote(directory, { ...note, port: 9000, pid: 1111 });
  writeGatewayNote(directory, note);
  writeGatewayNote(directory, { ...note, port: 7000, pid: 2222 });
  const alive = listGatewayNotes(directory, (pid) => pid !== 1111);
  assert.deepEqual(
    alive.map(({ port }) => port),
    [7000, 8082],
  );
});

test('a note that is no note is passed over', () => {
  writeGatewayNote(directory, note);
  writeFileSync(join(directory, 'gateways', '1.json'), 'not json');
  writeFileSync(join(directory, 'gateways', '2.json'), '{"pid":"x"}');
  assert.equal(listGatewayNotes(directory).length, 1);
});

test('a gateway removes its own note and never that of its successor', () => {
  writeGatewayNote(directory, note);
  removeGatewayNote(directory, { ...note, pid: 1 });
  assert.equal(listGatewayNotes(directory).length, 1);
  removeGatewayNote(directory, note);
  assert.equal(listGatewayNotes(directory).length, 0);
});
