import { test } from 'node:test';
import { breakUnderLoad } from './broken-configurations.ts';

/** Windows has no SIGHUP; there every change is for the watcher to see, and fewer of them fit into the time. */
const hasSignal = process.platform !== 'win32';

test('500 broken configurations under load fail no request, change nothing and say why', async () => {
  await breakUnderLoad({ breakages: hasSignal ? 500 : 60, told: (index) => hasSignal && index % 20 !== 0 });
});
