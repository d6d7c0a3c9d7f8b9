import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * What a thread runs first. A thread does not take over the process's compile cache, and without one it would load
 * the compiler that strips types: 25 MB and 200 ms for every start.
 */
const BOOT = `
const { workerData } = require('node:worker_threads');
if (workerData.compileCache !== undefined) require('node:module').enableCompileCache(workerData.compileCache);
require(workerData.entry);
`;

/**
 * Starts a thread that does not keep the process alive.
 * @param nurseryMb how much it may allocate between two short collections; it takes so much only when it is busy
 */
export function startThread(entry: URL, data: object, nurseryMb: number): Worker {
  const worker = new Worker(BOOT, {
    eval: true,
    workerData: { ...data, entry: fileURLToPath(entry), compileCache: cacheDirectory() },
    resourceLimits: { maxYoungGenerationSizeMb: nurseryMb },
  });
  worker.unref();
  return worker;
}

/** The directory that holds those of all versions of Node, as `enableCompileCache` takes it. */
function cacheDirectory(): string | undefined {
  const directory = getCompileCacheDir();
  return directory === undefined ? undefined : dirname(directory);
}
