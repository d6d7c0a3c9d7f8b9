import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Script } from 'node:vm';
import { taskkillWords } from './end-group.ts';
import { serviceEnvironment } from './service-environment.ts';
import { watchdogCommand } from './watchdog-script.ts';

test('on Windows the watcher follows the tree of parents with taskkill, and is valid script', () => {
  const { file, words } = watchdogCommand({ platform: 'win32', node: 'C:\\node.exe' }, 'mark');
  assert.equal(file, 'C:\\node.exe');
  const [option, script = ''] = words;
  assert.equal(option, '-e');
  assert.match(script, /spawnSync\('taskkill', \['\/T', '\/F', '\/PID', id\]/);
  assert.doesNotThrow(() => new Script(script));
});

test('taskkill asks first and forces afterwards, and always takes the whole tree', () => {
  assert.deepEqual(taskkillWords(4711, 'asked'), ['/T', '/PID', '4711']);
  assert.deepEqual(taskkillWords(4711, 'forced'), ['/F', '/T', '/PID', '4711']);
});

test('names of Windows variables know no case, and of no system a key gets through', () => {
  const environment = {
    Path: 'C:\\bin',
    SystemRoot: 'C:\\Windows',
    LC_ALL: 'C',
    XDG_CONFIG_HOME: '/x',
    ANTHROPIC_API_KEY: 'k',
    AWS_SECRET_ACCESS_KEY: 'k',
    LD_PRELOAD: '/evil.so',
    NODE_OPTIONS: '--require /evil.js',
    HTTPS_PROXY: 'http://user:password@proxy',
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:8082',
  };
  const given = (platform: NodeJS.Platform) =>
    serviceEnvironment({ environment, platform, own: { OWN: '1' }, mark: 'm' });
  const rest = { LC_ALL: 'C', XDG_CONFIG_HOME: '/x', OWN: '1', SWITCHYARD_CHAIN_MARK: 'm' };
  assert.deepEqual(given('win32'), { Path: 'C:\\bin', SystemRoot: 'C:\\Windows', ...rest });
  assert.deepEqual(given('linux'), rest);
});
