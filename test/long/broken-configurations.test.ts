import { test } from 'node:test';
import { breakUnderLoad } from '../reload/broken-configurations.ts';

test('1,000 broken configurations that the gateway has to see by itself, under load', async () => {
  await breakUnderLoad({ breakages: 1_000, told: () => false });
});
