import assert from 'node:assert/strict';
import test from 'node:test';
import { configPaths, type PlatformFacts } from './config-paths.ts';

test('each system has its own places, which variables may move', () => {
  const table: [PlatformFacts, file: string, state: string][] = [
    [
      { platform: 'linux', home: '/home/me', environment: {} },
      '/home/me/.config/switchyard/switchyard.yaml',
      '/home/me/.local/state/switchyard',
    ],
    [
      { platform: 'linux', home: '/home/me', environment: { XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s' } },
      '/c/switchyard/switchyard.yaml',
      '/s/switchyard',
    ],
    [
      { platform: 'darwin', home: '/Users/me', environment: { XDG_CONFIG_HOME: '/c' } },
      '/Users/me/Library/Application Support/switchyard/switchyard.yaml',
      '/Users/me/Library/Application Support/switchyard',
    ],
    [
      { platform: 'win32', home: 'C:\\Users\\me', environment: { APPDATA: 'D:\\R', LOCALAPPDATA: 'D:\\L' } },
      'D:\\R\\switchyard\\switchyard.yaml',
      'D:\\L\\switchyard',
    ],
    [
      { platform: 'win32', home: 'C:\\Users\\me', environment: {} },
      'C:\\Users\\me\\AppData\\Roaming\\switchyard\\switchyard.yaml',
      'C:\\Users\\me\\AppData\\Local\\switchyard',
    ],
    [
      { platform: 'linux', home: '/home/me', environment: { SWITCHYARD_HOME: '/one' } },
      '/one/switchyard.yaml',
      '/one/state',
    ],
    [
      {
        platform: 'darwin',
        home: '/Users/me',
        environment: { SWITCHYARD_HOME: '/one', SWITCHYARD_STATE_DIR: '/st' },
      },
      '/one/switchyard.yaml',
      '/st',
    ],
  ];
  for (const [facts, file, state] of table) {
    const paths = configPaths(facts);
    assert.deepEqual([paths.configFile, paths.stateDirectory], [file, state]);
  }
});

test('a relative path in a variable is ignored: it would depend on the working directory', () => {
  const environment = {
    SWITCHYARD_HOME: 'here',
    XDG_CONFIG_HOME: './c',
    XDG_STATE_HOME: '',
    SWITCHYARD_STATE_DIR: 's',
  };
  const paths = configPaths({ platform: 'linux', home: '/home/me', environment });
  assert.equal(paths.configDirectory, '/home/me/.config/switchyard');
  assert.equal(paths.stateDirectory, '/home/me/.local/state/switchyard');
});
